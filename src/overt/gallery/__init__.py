"""Who is enrolled, on what lawful basis, until when. Pure: text and values in, values out."""
