"""A phone photograph enters: size limits, decoding, orientation, metadata dropped; one face or a refusal.

Rules:
* Bytes in, values out. Nothing here opens a file, a socket or a temporary file, or keeps anything between calls.
* Hostile bytes meet one of the `CaptureRefusal` leaves, never another exception.
* Nothing of a file but its pixels goes on: no name, place, time, device or colour profile.
"""
