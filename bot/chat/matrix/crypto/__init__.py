"""End-to-end encryption: nio's Olm machine, driven by our own loop; see docs/adr/0004."""
