"""How good a photograph is for comparison: one measure a file, named after ISO/IEC 29794-5.

Rules:
* Advice for a retake only: no measure refuses a photo, changes a score or hides a candidate.
* A measure that could not be taken is `NotAssessed`, never 0.
* Measures look at light, sharpness, size and pose. None says anything about the person: not age, gender, emotion or
  ethnicity. Measures of light look for lost detail, not for dark or light skin.
"""
