"""`overt.models` alone imports an inference runtime, and ONNX Runtime only when it is asked for."""

import ast
import subprocess
import sys
from pathlib import Path

import overt

RUNTIMES = {"cv2", "onnxruntime", "onnx"}
SOURCE = Path(overt.__file__).parent


def imports_of(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_nobody_else_imports_a_runtime() -> None:
    importers = {file for file in SOURCE.rglob("*.py") if imports_of(file) & RUNTIMES}
    assert importers
    assert {file.relative_to(SOURCE).parts[0] for file in importers} == {"models"}


def test_the_shipped_pipeline_needs_neither_onnx_nor_onnx_runtime() -> None:
    program = (
        "import sys\n"
        "from overt.models.shipped import load_shipped_pipeline\n"
        "load_shipped_pipeline()\n"
        "print(sorted({'onnx', 'onnxruntime'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
