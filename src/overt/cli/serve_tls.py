"""Serving an instance of a force: TLS under a host name, and the local root beside it.

Rules:
* Never plain HTTP for anything of the instance. The page that offers the root is the one exception, and holds nothing.
* Loopback unless an address is given: to be reached by others is decided, not fallen into.
* HSTS with a certificate of the force only. It holds for a host name and all its ports: with a local root it would
  send the page that offers the root to a TLS port that is not there, and leave a phone without the root no way to it.
* What is remembered is written when the ports are had and the certificate is ready: a failed start decides nothing.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from overt.cli.administrator import administrators_link
from overt.cli.listening import (
    beside,
    ends_when_told,
    is_loopback,
    listen,
    repeated,
    server_of,
    upkeep,
)
from overt.cli.output import out, print_json
from overt.cli.qr import print_qr
from overt.errors import UsageError
from overt.service.site import Site, https_site
from overt.store.desks import desks_of
from overt.store.instance import Instance
from overt.store.keys.certificates import fingerprint
from overt.store.serving import Certificates, OwnCertificate, Serving, certificates_of, choose

ROOT_PORT = 8080
RENEWAL_SECONDS = 3600.0
HSTS = ("Strict-Transport-Security", "max-age=31536000")
"""A year; without the names below, which are not ours to decide about."""


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """What was given on the command line; None where nothing was."""

    name: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    root_port: int | None = None

    @property
    def given(self) -> bool:
        """Whether anything was."""
        return self != TlsOptions()

    @property
    def own(self) -> OwnCertificate | None:
        """The force's own certificate.

        Raises:
            UsageError: one of certificate and key without the other.
        """
        if self.certificate is None and self.key is None:
            return None
        if self.certificate is None or self.key is None:
            raise UsageError("Give --certificate and --key together.")
        return OwnCertificate(self.certificate.absolute(), self.key.absolute())


def serve_with_tls(
    instance: Instance, host: str, port: int | None, options: TlsOptions, *, as_document: bool = False
) -> None:
    """Serve an opened instance until interrupted.

    Args:
        instance: not a demonstration.
        host: address to listen on.
        port: what is remembered, or 8443, when None.
        options: name, certificate, port of the root's page.
        as_document: print one JSON object.

    Raises:
        UsageError, InstanceRefusal: it cannot be served so; the message says why.
    """
    # Imported here, so that every other command starts half a second sooner.
    from overt.service.app import make_app
    from overt.service.root_page import root_page
    from overt.service.tls import Tls

    serving = choose(Serving.read(instance.place.folder), options.name, port, options.own)
    root_port = _root_port(options, serving)
    with ExitStack() as stack:
        main = stack.enter_context(listen(host, serving.port))
        offering = stack.enter_context(listen(host, root_port, "--root-port")) if root_port else None
        certificates = certificates_of(serving, instance.key_folder.tls, instance.clock)
        tls = Tls(certificates.current())
        serving = replace(serving, port=main.getsockname()[1])
        serving.write(instance.place.folder)
        instance.index.current()
        site = https_site(serving.name, serving.port)
        app = make_app(instance, desks_of(instance), site, [serving.name])
        server = server_of(app, tls=tls.context, headers=[HSTS] if serving.own else [])
        stack.enter_context(ends_when_told(server))
        if offering and certificates.root:
            stack.enter_context(beside(server_of(root_page(site, certificates.root), lifespan=False), offering))
        renewing = repeated(
            lambda: tls.renew(certificates.current()), RENEWAL_SECONDS, "The certificate was not renewed"
        )
        stack.enter_context(renewing)
        stack.enter_context(upkeep(instance))
        first = None if instance.passkeys.has_administrator() else administrators_link(instance, site, None)
        _announce(Announced(site, host, certificates, root_port, first), as_document=as_document)
        server.run(sockets=[main])


def _root_port(options: TlsOptions, serving: Serving) -> int:
    """The port of the root's page; 0 for none."""
    if serving.own is None:
        return ROOT_PORT if options.root_port is None else options.root_port
    if options.root_port:
        raise UsageError("With a certificate of your own there is no local root to offer: leave --root-port out.")
    return 0


@dataclass(frozen=True, slots=True)
class Announced:
    """What somebody who starts the service has to know."""

    site: Site
    host: str
    certificates: Certificates
    root_port: int
    first_administrator: str | None

    @property
    def root_page(self) -> str | None:
        """Where phones get the root."""
        if not self.root_port:
            return None
        return f"http://{self.site.rp_id}{'' if self.root_port == 80 else f':{self.root_port}'}/"


def _announce(said: Announced, *, as_document: bool) -> None:
    root = said.certificates.root
    groups = fingerprint(root) if root else ()
    if as_document:
        document = {"address": f"{said.site.origin}/", "demonstration": False, "root_page": said.root_page}
        first = said.first_administrator
        print_json({**document, "root_fingerprint": " ".join(groups) or None, "first_administrator": first})
        return
    out.print(f"Serving on {said.site.origin}/  (Ctrl-C stops)", soft_wrap=True)
    if is_loopback(said.host):
        out.print("Only this machine reaches it. For phones give an address, such as --host 0.0.0.0.", soft_wrap=True)
    if said.root_page:
        out.print(f"Phones get the local root from {said.root_page}", soft_wrap=True)
        print_qr(said.root_page)
    if root:
        out.print("Its SHA-256 fingerprint, to be read out to whoever puts it on a phone:")
        for line in (groups[:4], groups[4:]):
            out.print("  " + "   ".join(line), soft_wrap=True)
    if said.first_administrator:
        out.print("There is no administrator yet. Open this once, within ten minutes, in the first one's browser:")
        out.print(f"  {said.first_administrator}", soft_wrap=True, markup=False)
    out.file.flush()
