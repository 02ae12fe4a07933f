"""The web chat and the pages of the source documents.

Gradio reads these variables when it is first imported, so they are set before any module here can import it: no usage
figures are sent and no model hub is asked for anything. After each event Gradio would also work out figures of the last
10,000 for a page that is not served here (10 ms of a core, measured), and ask matplotlib, where it is installed, which
backend it has; where none is named, that loads all of it.
"""

import os
import sys

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)
os.environ.setdefault("MPLBACKEND", "agg")
