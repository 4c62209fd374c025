"""What the programs beside it share: where the server is, and how they say what they saw."""

import json
import os

ADDRESS = os.environ["CAIRN_ADDRESS"].rstrip("/")
KEY = os.environ.get("CAIRN_KEY") or "none"
BASE_URL = ADDRESS + "/v1"
QUESTION = "How often must the pump be serviced?"
UNANSWERABLE = "Who painted the ceiling of the Sistine Chapel?"
MODEL = "bge-small-en-v1.5"


def say(**seen):
    print(json.dumps(seen, ensure_ascii=False, default=str))
