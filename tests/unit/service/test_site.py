from overt.service.site import Site, https_site, localhost_site


def test_an_origin_has_its_port_unless_it_is_the_schemes_own() -> None:
    assert https_site("overt.force.example", 8443) == Site(
        "https://overt.force.example:8443", "overt.force.example", secure=True
    )
    assert https_site("overt.force.example", 443).origin == "https://overt.force.example"
    assert localhost_site(8765) == Site("http://localhost:8765", "localhost", secure=False)
    assert localhost_site(80).origin == "http://localhost"
