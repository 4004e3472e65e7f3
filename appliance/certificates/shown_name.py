"""Tell whether a certificate that a server shows carries the server's name, whoever signed it.

No proof of who is there: only that nobody answers there under another name. Called where the box
looks at what is down, which must not depend on its clock or on which authorities it knows.
"""

from cryptography import x509
from urllib3.util.ssl_match_hostname import CertificateError, match_hostname


def carries_name(certificate: bytes, name: str) -> bool:
    """Tell whether a certificate (DER) is made out to this DNS name or address.

    One without alternative names goes by its common name, as old systems inside a network do.
    """
    try:
        read = x509.load_der_x509_certificate(certificate)
        shown = {"subjectAltName": tuple(_alternatives(read)), "subject": (tuple(_subject(read)),)}
        match_hostname(shown, name, hostname_checks_common_name=True)  # type: ignore[arg-type]
    except (CertificateError, ValueError, x509.DuplicateExtension):
        return False
    return True


def _alternatives(read: x509.Certificate) -> list[tuple[str, str]]:
    try:
        found = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    names = [("DNS", name) for name in found.get_values_for_type(x509.DNSName)]
    return names + [("IP Address", str(at)) for at in found.get_values_for_type(x509.IPAddress)]


def _subject(read: x509.Certificate) -> list[tuple[str, str]]:
    found = read.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return [("commonName", str(each.value)) for each in found]
