# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_installs_into_an_empty_environment_and_imports_there(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run([*pip, *build], check=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "vocode_pulumi/py.typed" in names
    # Pulumi finds there that the package needs no plugin.
    plugin = "pulumi_vocode/pulumi-plugin.json"
    assert zipfile.Path(wheel, plugin).read_text() == '{\n  "resource": false\n}\n'
    ours = ("vocode_pulumi/", "pulumi_vocode-", plugin)
    assert not [name for name in names if not name.startswith(ours)]

    empty = tmp_path / "empty"
    venv.create(empty, with_pip=False)
    python = empty / "bin" / "python"
    constraints = ROOT / "requirements" / "constraints.txt"
    # What is not imported here need not be compiled.
    install = ["install", "--no-compile", "-c", str(constraints), str(wheel)]
    subprocess.run([*pip, "--python", str(python), *install], check=True, timeout=300)
    code = (
        "import sys, vocode_pulumi, vocode_pulumi.cli\n"
        "assert not {'fastapi', 'uvicorn', 'phonenumbers'} & set(sys.modules)\n"
        "print(vocode_pulumi.__file__)"
    )
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert str(empty) in done.stdout
    done = subprocess.run(
        [empty / "bin" / "vocode-pulumi", "sandbox", "serve", "--port", "0"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "pip install './pulumi-vocode[sandbox]'" in done.stderr
