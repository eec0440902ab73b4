"""Model files and what runs them: the only package that imports an inference runtime.

Rules:
* A model file runs only when its SHA-256 is the one in the manifest; the bytes that were checked are the bytes loaded.
* Files are read as data. The code of the package that brings them is never imported.
* OpenCV 5 runs the shipped models; ONNX Runtime runs a force's own embedder, and is imported only then.
* Nothing is loaded at import, and nothing is ever fetched.
"""
