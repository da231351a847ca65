"""A local mail server that collects mails, and a server that never answers."""

import socket
import threading
from contextlib import closing, contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer


class _Handler(StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            command = line.strip().upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(b"".join(lines).decode())
            elif command == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 yes\r\n")


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def mail_server():
    """Yield (port, list of received mails)."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.mails = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.server_address[1], server.mails
        server.shutdown()
        thread.join()


@contextmanager
def hanging_server():
    """Yield the port of a server that accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=100)) as listener:
        yield listener.getsockname()[1]
