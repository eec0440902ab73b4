"""A self-assessment that outsiders can repeat: what audits of police face recognition ask, and what shows the answer.

Rules:
* A question is answered by this program only where a fact of the instance answers it; the answer then names the command
  or the ledger entry by which anybody comes to the same one.
* What only people can answer stays open, whatever the program could guess. There is no total and no grade.
"""
