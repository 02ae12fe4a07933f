"""The web chat and the pages of the source documents.

Gradio reads these variables when it is first imported, so they are set before any module here can import it: no usage
figures are sent and no model hub is asked for anything.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
