"""What the server is told: its settings, who may sign in, and its two roles. Text only; nothing is done here.

Rules:
* No row content reaches the log. Only LOG, FATAL and PANIC lines are written (an ordinary error goes to the client
  alone), tersely: DETAIL lines, which quote keys, rows and statements, are left out.
* Every sign-in is by SCRAM, and the role of Overt is not a superuser and reaches one database.
"""

import base64
import hashlib
import hmac
from pathlib import Path

DATABASE = "overt"
ROLE = "overt"
ADMIN = "overt_admin"
LOG_FOLDER = "log"

SETTINGS = f"""\
# Written by Overt when the cluster was made.
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = '128MB'
cluster_name = 'overt'
update_process_title = off
jit = off

fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = replica
max_wal_size = '1GB'
temp_tablespaces = ''

logging_collector = on
log_destination = 'stderr'
log_directory = '{LOG_FOLDER}'
log_filename = 'server-%a.log'
log_file_mode = 0600
log_rotation_age = '1d'
log_rotation_size = 0
log_truncate_on_rotation = on
log_timezone = 'UTC'
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = 'none'
log_duration = off
log_min_duration_statement = -1
log_min_duration_sample = -1
log_transaction_sample_rate = 0
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_autovacuum_min_duration = -1
log_checkpoints = off
log_connections = off
log_disconnections = off
log_lock_waits = off
log_temp_files = -1
log_replication_commands = off
debug_print_parse = off
debug_print_rewritten = off
debug_print_plan = off

timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
lc_monetary = 'C'
lc_numeric = 'C'
lc_time = 'C'
default_text_search_config = 'pg_catalog.simple'
"""

SIGN_IN = f"""\
# TYPE  DATABASE     USER     ADDRESS       METHOD
local   {DATABASE}        {ROLE}                  scram-sha-256
local   all          {ADMIN}            scram-sha-256
local   replication  {ADMIN}            scram-sha-256
host    {DATABASE}        {ROLE}    127.0.0.1/32  scram-sha-256
host    {DATABASE}        {ROLE}    ::1/128       scram-sha-256
"""


def first_statements(verifier: str) -> bytes:
    """What the stand-alone server is fed once: Overt's role, its database, a line that shows that both are there."""
    return f"""\
create role {ROLE} login password '{verifier}';
create database {DATABASE} owner {ROLE};
revoke connect, temporary on database {DATABASE} from public;
select 'made' as made from pg_database where datname = '{DATABASE}' and datdba = '{ROLE}'::regrole;
""".encode()  # noqa: S608 - constants, and a verifier that we made


def scram_verifier(password: str, salt: bytes, rounds: int = 4096) -> str:
    """What PostgreSQL keeps instead of a password (RFC 5802, RFC 7677); so the server is never told the password.

    Args:
        password: ASCII letters and digits, so that no string preparation applies.
        salt: at least 16 random bytes.
        rounds: of PBKDF2; the password is random (256 bits), so few suffice.
    """
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${rounds}:{salt_text}${stored_text}:{server_text}"


def socket_setting(folder: Path) -> str:
    """The setting for one socket folder; the server splits its value at commas, so the name is quoted."""
    return 'unix_socket_directories="{}"'.format(str(folder).replace('"', '""'))
