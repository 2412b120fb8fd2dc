"""`make lines`: the size of the product, counted one way.

Lines of the Python files that git tracks. The product is what is neither a migration, a test, the
simulator of Zalo, nor demo, dev and benchmarks. Its lists of words and shipped rows (text, TOML,
JSON) are counted on a line of their own. Importers are counted among all but migrations and tests.
"""

import ast
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from dev.places import PROJECT

PRODUCT, MIGRATIONS, TESTS = "sản phẩm", "migration", "kiểm thử"
SIMULATOR, BESIDE = "Zalo mô phỏng", "dữ liệu mẫu, dev, benchmarks"
DATA = "danh sách từ, dữ liệu kèm theo"


def kind_of(path: Path) -> str:
    """The kind that a file is counted as."""
    parts = {*path.parts[:-1], path.stem}
    if path.parts[0] == "tests":
        return TESTS
    if "migrations" in path.parts:
        return MIGRATIONS
    if parts & {"simulator", "zalo_simulator"}:
        return SIMULATOR
    if path.parts[0] in {"dev", "benchmarks"} or parts & {"demo", "seed_demo"}:
        return BESIDE
    return PRODUCT


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *(patterns or ["*.py"])],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [Path(name) for name in listed.stdout.split("\0") if name and (PROJECT / name).exists()]


def lines_of(path: Path) -> int:
    return len((PROJECT / path).read_text(encoding="utf-8").splitlines())


def module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path, modules: set[str]) -> Iterator[str]:
    """Modules among these that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                if found := next((one for one in (whole, node.module) if one in modules), ""):
                    yield found


def importers(paths: list[Path]) -> Counter[str]:
    """How many other modules import each module."""
    modules = {module_of(path) for path in paths}
    by: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        for module in imports_of(path, modules):
            by[module].add(module_of(path))
    return Counter({module: len(by[module] - {module}) for module in modules})


def main() -> int:
    paths = tracked()
    lines, files, largest = Counter[str](), Counter[str](), Counter[str]()
    for path in paths:
        kind, count = kind_of(path), lines_of(path)
        for name in [kind, path.parts[0]] if kind == PRODUCT else [kind]:
            lines[name] += count
            files[name] += 1
            largest[name] = max(largest[name], count)
    kinds = (PRODUCT, MIGRATIONS, TESTS, SIMULATOR, BESIDE)
    apps = sorted(lines.keys() - set(kinds), key=lambda name: -lines[name])
    print(f"{'':<30}{'dòng':>9}{'tệp':>7}{'dài nhất':>10}")
    for name in [*(f"  {app}" for app in apps), *kinds]:
        key = name.strip()
        print(f"{name:<30}{lines[key]:>9,}{files[key]:>7,}{largest[key]:>10,}")
    data = [
        path
        for path in tracked("*.txt", "*.toml", "*.json")
        if len(path.parts) > 1 and kind_of(path) == PRODUCT
    ]
    print(f"{DATA:<30}{sum(map(lines_of, data)):>9,}{len(data):>7,}")
    counted = importers([path for path in paths if kind_of(path) not in (TESTS, MIGRATIONS)])
    once = sum(number == 1 for number in counted.values())
    print(f"\n{once} trên {len(counted)} module chỉ được một module khác import")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
