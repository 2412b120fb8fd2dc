"""A server of a few lines that misbehaves exactly as told, on a real socket."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Behaviour = Callable[[socket.socket], None]


@dataclass
class Wire:
    """A listening address, and the requests it has read."""

    url: str
    requests: list[bytes] = field(default_factory=list)


def read_request(connection: socket.socket) -> bytes:
    """Read one whole request, head and body."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return received
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def http(body: str, status: str = "200 OK", headers: str = "", *, cut: int = 0) -> bytes:
    """An answer; `cut` promises that many bytes more than it sends."""
    raw = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(raw) + cut}\r\n{headers}\r\n"
    return head.encode() + raw


@contextmanager
def listening(*behaviours: Behaviour | bytes, tls: ssl.SSLContext | None = None) -> Iterator[Wire]:
    """Serve one connection for each behaviour, the last one for all that follow.

    Bytes mean: read a request, answer this, read the next. A callable gets the connection after
    its first request was read.
    """
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    wire = Wire(f"http{'s' if tls else ''}://127.0.0.1:{server.getsockname()[1]}")

    def serve(connection: socket.socket, behaviour: Behaviour | bytes) -> None:
        if tls is not None:
            try:
                connection = tls.wrap_socket(connection, server_side=True)
            except OSError:
                return  # the client does not trust us, or has gone
        with connection, suppress(OSError):  # the client may hang up
            while request := read_request(connection):
                wire.requests.append(request)
                if not isinstance(behaviour, bytes):
                    behaviour(connection)
                    return
                connection.sendall(behaviour)

    def accept() -> None:
        index = 0
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            behaviour = behaviours[min(index, len(behaviours) - 1)]
            index += 1
            threading.Thread(target=serve, args=(connection, behaviour), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield wire
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def tls_of_this_machine(directory: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """A server context with a certificate of its own for 127.0.0.1 and these names, and the file
    that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    held = [x509.IPAddress(IPv4Address("127.0.0.1")), *map(x509.DNSName, names)]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(held), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    trusted, both = directory / "trusted.pem", directory / "server.pem"
    trusted.write_bytes(pem)
    both.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + pem
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, trusted


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
