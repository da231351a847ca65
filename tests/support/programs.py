"""Run Debian programs that some tests need (nginx, Valkey), until the test ends."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time

import pytest


def find_program(*names: str) -> str:
    """Return the path of the first installed program. Without one, skip the test, or fail it in CI."""
    for name in names:
        if path := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin"):
            return path
    reason = f"{names[0]} is not installed: apt-get install {names[0]}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def another_user() -> str:
    """Return the name of an unprivileged user. Unless root runs the test, skip it, or fail it in CI."""
    if os.getuid() == 0:
        return "www-data"  # the user of Debian's nginx
    reason = "only root can start a program as another user"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def running(command, port):
    """Start a program, and yield its process once it listens on this port."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **silent)  # noqa: S603 -- our own command
    try:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, f"{command[0]} has not started"
                assert time.monotonic() < until, f"{command[0]} does not listen"
                time.sleep(0.02)
        yield process
    finally:
        process.send_signal(signal.SIGCONT)  # a test may have stopped it
        process.terminate()  # also ends its own processes
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def running_valkey(port, folder):
    """Yield the process of a Valkey (or Redis) that stores nothing on disk."""
    program = find_program("valkey-server", "redis-server")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running([*command, "--dir", str(folder)], port) as process:
        yield process


@contextlib.contextmanager
def running_nginx(configuration, port, folder, user="root"):
    """Yield the process of an nginx with this configuration in its http block. Only root can set `user`."""
    program = find_program("nginx")
    (folder / "logs").mkdir(exist_ok=True)
    main = f"""
        daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/logs/error.log;
        {f"user {user};" if os.getuid() == 0 else ""}
        load_module /usr/lib/nginx/modules/ngx_http_brotli_static_module.so;
        events {{ worker_connections 512; }}
        http {{
            include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
            {configuration}
        }}"""
    (folder / "nginx.conf").write_text(main)
    command = [
        program,
        "-c",
        str(folder / "nginx.conf"),
        "-p",
        str(folder),
        "-e",
        str(folder / "logs/error.log"),
    ]
    with running(command, port) as process:
        yield process
