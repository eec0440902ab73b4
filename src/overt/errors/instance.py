"""Refusals of what an instance may do."""

from overt.errors.tree import Fault, Refusal


class InstanceRefusal(Refusal):
    """This instance may not do that."""

    code = "instance_refused"
    rule = "rules: against becoming something else"


class InstanceMissing(InstanceRefusal):
    code = "instance_missing"
    status = 404
    rule = "operations: instances"
    message = "There is no complete instance in that folder."
    remedy = "Make one with `overt --instance DIR init`, or correct the folder."


class InstanceExists(InstanceRefusal):
    code = "instance_exists"
    status = 409
    rule = "operations: instances"
    message = "That folder, or the folder of keys beside it, is already in use."
    remedy = "Choose another folder, or remove both if they are left over from an interrupted init."


class OutsideDatabaseRefused(InstanceRefusal):
    code = "outside_database_refused"
    message = "A demonstration instance takes no outside database."
    remedy = "Unset OVERT_DATABASE_URL, or make an instance with a policy of the force."


class DemonstrationOnly(InstanceRefusal):
    code = "demonstration_only"
    message = "Only a demonstration instance does this."
    remedy = "Make a demonstration instance with `overt --instance DIR init --demonstration`."


class DemonstrationRefuses(InstanceRefusal):
    code = "demonstration_refuses"
    message = "A demonstration instance does not do this."
    remedy = "Keep to loopback addresses and the limits of a demonstration, or make an instance of the force."


class DemonstrationPhotosMissing(InstanceRefusal):
    code = "demonstration_photos_missing"
    status = 404
    rule = "README: make demo"
    message = "The demonstration's photographs are not there."
    remedy = "Run `make demo`, which fetches them."


class DemonstrationWrong(Fault):
    code = "demonstration_wrong"
    message = "A check of the demonstration did not give the result that it has to show."
    remedy = "Tell the maintainers; the output above says which."


class PolicyNotSigned(InstanceRefusal):
    code = "policy_not_signed"
    rule = "architecture rule 8"
    message = "The stored policy is not signed by this instance's policy key."
    remedy = "Stop using this instance and tell your administrator: the policy was changed behind the software's back."


class PagesNotBuilt(InstanceRefusal):
    code = "pages_not_built"
    status = 503
    rule = "architecture: parts and their choices"
    message = "The scripts and styles of the pages have not been built."
    remedy = "Run `make setup`, which builds them, or install the package from a wheel."


class RequestTooLarge(InstanceRefusal):
    code = "request_too_large"
    status = 413
    rule = "architecture: access"
    message = "The request is larger than any step needs."
    remedy = "Go back to the page before and enter it again, shorter."


class NoSuchPage(InstanceRefusal):
    code = "no_such_page"
    status = 404
    rule = "architecture: access"
    message = "There is nothing at this address."
    remedy = "Correct the address, or go back to the first page."
