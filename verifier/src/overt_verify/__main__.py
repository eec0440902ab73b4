"""`python -m overt_verify`: the same as the console script `overt-verify`."""

from overt_verify.cli import main

if __name__ == "__main__":
    main()
