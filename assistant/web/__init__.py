"""The web chat and the pages of the source documents.

Gradio reads these variables when it is first imported, so they are set before any module here can import it: no usage
figures are sent and no model hub is asked for anything. Around each question Gradio also asks matplotlib, where it is
installed, which backend it has; where none is named, that loads all of it.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("MPLBACKEND", "agg")
