#!/usr/bin/env bash
# Runs every test of Polaris and sets up what they need: Rust is all that must be there, Python 3.11 or newer for the package, and
# Node.js, a browser and PHP for a few tests: Debian's packages, which are installed where that is allowed.
#
#   tests/run.sh            everything, as CI runs it
#   tests/run.sh --long     with the full figures: 200 crash rounds
#   tests/run.sh rust       only one part: format lint oldest-rust docs licences rust python shell fuzz browser mail
set -euo pipefail
cd "$(dirname "$0")/.."

parts=()
for argument in "$@"; do
    case "$argument" in
        --long) export LONG_TESTS=1 ;;
        format | lint | oldest-rust | docs | licences | rust | python | shell | fuzz | browser | mail) parts+=("$argument") ;;
        *) echo "unknown argument: $argument (see the head of $0)" >&2; exit 2 ;;
    esac
done
wanted() { [ ${#parts[@]} -eq 0 ] || [[ " ${parts[*]} " == *" $1 "* ]]; }
say() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

# need PROGRAM:PACKAGE…: what a package manager brings, installed where that is allowed.
need() {
    local program missing=() root
    for program in "$@"; do
        command -v "${program%%:*}" > /dev/null || missing+=("${program##*:}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    root=$([ "$(id -u)" = 0 ] || echo "sudo -n")
    { command -v apt-get && $root true; } > /dev/null 2>&1 ||
        { echo "the tests need ${missing[*]} (names of Debian's packages): install them, or leave this part out" >&2; exit 1; }
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

target=$(cargo metadata --format-version=1 --no-deps | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
venv="$target/venv"

if wanted format; then
    say "format"
    cargo fmt --all --check
fi
if wanted lint; then
    say "lint"
    cargo clippy --locked --workspace --all-targets -- -D warnings
fi
if wanted oldest-rust; then
    # The oldest that may be used, named in Cargo.toml. Where it is the one at hand, every other part has tried it.
    oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    say "Rust $oldest"
    if [[ "$(rustc --version)" == "rustc $oldest"[.\ ]* ]]; then
        rustc --version
    else
        rustup toolchain install "$oldest" --profile minimal --no-self-update
        cargo "+$oldest" check --locked --workspace --all-targets --target-dir "$target/oldest-rust"
    fi
fi
if wanted docs; then
    say "documentation"
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps
fi
if wanted licences; then
    say "licences"
    if cargo deny --version > /dev/null 2>&1; then
        cargo deny check bans licenses sources
    else
        python3 tests/licences.py
    fi
fi

# The wheel is built before the Rust tests, since the tests across the frontends use it.
if wanted python || wanted rust; then
    say "the wheel"
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'maturin>=1.9.4,<2' 'pytest>=8' 'mypy>=1.13' 'flask>=3' 'gunicorn>=22' 'icalendar>=6' 'vobject>=0.9.8'
    rm -rf "$target/wheels"
    (cd polaris-py && "$venv/bin/python" -m maturin build --locked --profile dev --out "$target/wheels")
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --force-reinstall "$target"/wheels/*.whl
fi
if wanted rust; then
    say "Rust tests"
    cargo build --locked --bin polaris
    TESTED_POLARIS="$target/debug/polaris" TESTED_PYTHON="$venv/bin/python" cargo test --locked --workspace
fi
if wanted python; then
    say "Python tests"
    cargo build --locked --bin polaris
    TESTED_POLARIS="$target/debug/polaris" "$venv/bin/python" -m pytest -q polaris-py/tests
    (cd polaris-py && "$venv/bin/python" -m mypy --strict python/polaris tests benches)
    (cd examples/flask && "$venv/bin/python" -m pytest -q -p no:cacheprovider && "$venv/bin/python" -m mypy --strict app.py test_app.py)
fi
if wanted shell; then
    say "shell tests"
    cargo build --locked --bin polaris
    need node:nodejs npm:npm
    for script in tests/shell/*.sh; do
        echo "-- $script"
        TESTED_POLARIS="$target/debug/polaris" bash "$script"
    done
fi
if wanted fuzz; then
    say "schemathesis"
    cargo build --locked --bin polaris
    # An environment of its own: it brings many packages, which the package's own tests must not lean on.
    [ -x "$target/fuzz/bin/python" ] || python3 -m venv "$target/fuzz"
    "$target/fuzz/bin/python" -m pip install --quiet --disable-pip-version-check 'schemathesis>=4.32,<5'
    TESTED_POLARIS="$target/debug/polaris" TESTED_SCHEMATHESIS="$target/fuzz/bin/schemathesis" bash tests/schemathesis.sh
fi
if wanted browser; then
    say "browser"
    cargo build --locked --bin polaris
    # PHP for the example in that language.
    need chromium:chromium chromedriver:chromium-driver php:php-cli curl:curl
    [ -x "$target/browser/bin/python" ] || python3 -m venv "$target/browser"
    "$target/browser/bin/python" -m pip install --quiet --disable-pip-version-check 'selenium>=4.30,<5' 'axe-core-python>=0.1,<0.2' 'pytest>=8'
    TESTED_POLARIS="$target/debug/polaris" "$target/browser/bin/python" -m pytest -q -p no:cacheprovider tests/browser
fi
if wanted mail; then
    say "mail"
    # The one build with TLS; put aside, since the other parts build without.
    cargo build --locked -p polaris-cli --bin polaris --features tls
    cp "$target/debug/polaris" "$target/polaris-tls"
    [ -x "$target/mail/bin/python" ] || python3 -m venv "$target/mail"
    "$target/mail/bin/python" -m pip install --quiet --disable-pip-version-check 'aiosmtpd==1.4.6' 'cryptography>=44,<47' 'pytest>=8'
    TESTED_POLARIS="$target/polaris-tls" "$target/mail/bin/python" -m pytest -q -p no:cacheprovider tests/mail
fi
say "all passed"
