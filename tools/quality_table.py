#!/usr/bin/env python3
"""What 4 bits cost the bundled model: every form that nibble writes, with weights only and with NVFP4 activations, as a Markdown table.

usage: quality_table.py [--model models/tiny] [--limit 50] [--compare 4] [--readme README.md]

Makes the NVFP4 checkpoints in build/quality, measures the largest inputs on the evaluation prompts, scores everything (the first --limit cases of
each skill) and compares it with the native checkpoint (the first --compare cases of each skill). --readme writes the table between the marks
<!-- quality --> and <!-- /quality -->. With the defaults it takes a quarter of an hour on two cores with AVX-512, 40 minutes with AVX2.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

NIBBLE = "build/release/nibble"
WORK = pathlib.Path("build/quality")
# (name, arguments of quantize); None: the native checkpoint as it is.
FORMS = (
    ("native: MXFP4 experts, FP8", None),
    ("NVFP4 experts by cast", ["--recipe", "cast"]),
    ("NVFP4 experts by max", ["--recipe", "max"]),
    ("NVFP4 everything by max", ["--recipe", "max", "--scope", "all"]),
)


def run(*arguments):
    """Standard output of nibble; its error and exit code end the program."""
    result = subprocess.run([NIBBLE, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"quality_table.py: nibble {' '.join(map(str, arguments))} ended with {result.returncode}")
    return result.stdout


def quantized(model, name, arguments):
    out = WORK / name
    if out.exists():
        shutil.rmtree(out)
    run("quantize", model, out, *arguments)
    return out


def score(options, limit, checkpoint, *arguments):
    suite = ["--suite", options.model / "eval/suite.jsonl", "--text", options.model / "eval/text.jsonl", "--limit", limit]
    return json.loads(run("eval", checkpoint, *suite, "--json", *arguments))


def weight_bytes(checkpoint):
    return json.loads((checkpoint / "model.safetensors.index.json").read_text())["metadata"]["total_size"]


def rows(options):
    """(name, inputs, bytes, result of eval) of every line of the table."""
    amax = WORK / "input_amax.safetensors"
    amax.unlink(missing_ok=True)
    score(options, options.limit, options.model, "--input-amax", amax, "--no-mtp")
    for number, (name, recipe) in enumerate(FORMS):
        plain = options.model if recipe is None else quantized(options.model, f"form{number}", recipe)
        variants = [("BF16", plain, "none"), ("NVFP4, synthesised scales", plain, "nvfp4")]
        if recipe is not None:
            measured = quantized(options.model, f"form{number}_measured", [*recipe, "--input-scales", amax])
            variants.append(("NVFP4, measured scales", measured, "nvfp4"))
        for inputs, checkpoint, activations in variants:
            result = score(options, options.limit, checkpoint, "--activations", activations)
            compared = score(options, options.compare, checkpoint, "--activations", activations, "--reference", options.model,
                             "--reference-activations", "none", "--no-mtp")
            yield name, inputs, weight_bytes(checkpoint), {**result, "reference": compared["reference"]}


def summary(lines):
    out = ["| weights | inputs of the linears | MB | perplexity | KL to native | same answers | exact match | worst skill | MTP |",
           "|---|---|---|---|---|---|---|---|---|"]
    for name, inputs, size, result in lines:
        worst = min(result["skills"], key=lambda s: s["percent"])
        reference = result["reference"]
        out.append(f"| {name} | {inputs} | {size / 1e6:.2f} | {result['perplexity']['per_token']:.4f} | {reference['kl_mean']:.5f} | "
                   f"{reference['same_answers_percent']:.1f} % | {result['total']['percent']:.2f} % | {worst['skill']} {worst['percent']:.0f} % | "
                   f"{100 * result['mtp']['acceptance']:.1f} % |")
    return out


def by_skill(lines):
    names = dict(zip((form for form, _ in FORMS), ("native", "cast", "max", "all")))
    inputs = {"BF16": "BF16", "NVFP4, synthesised scales": "W4A4 s", "NVFP4, measured scales": "W4A4 m"}
    out = ["| skill | " + " | ".join(f"{names[name]} {inputs[kind]}" for name, kind, _, _ in lines) + " |", "|---" * (len(lines) + 1) + "|"]
    for at, skill in enumerate(lines[0][3]["skills"]):
        out.append(f"| {skill['skill']} | " + " | ".join(f"{line[3]['skills'][at]['percent']:.0f}" for line in lines) + " |")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, default=pathlib.Path("models/tiny"))
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--compare", type=int, default=4)
    parser.add_argument("--readme", type=pathlib.Path)
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    lines = list(rows(options))
    cases = lines[0][3]["total"]["cases"]
    text = "\n".join([*summary(lines), "",
                      f"{cases} held-out cases, {options.limit} of each skill; perplexity on {lines[0][3]['perplexity']['tokens']} tokens; KL and same answers "
                      f"on {lines[0][3]['reference']['cases']} cases ({lines[0][3]['reference']['tokens']} tokens).",
                      "", "<details><summary>Exact match of each skill, in percent (s: synthesised input scales, m: measured)</summary>", "", *by_skill(lines),
                      "", "</details>"])
    if options.readme is None:
        print(text)
        return
    before, _, rest = options.readme.read_text().partition("<!-- quality -->")
    _, mark, after = rest.partition("<!-- /quality -->")
    if not mark:
        sys.exit(f"quality_table.py: {options.readme}: the marks <!-- quality --> and <!-- /quality --> are missing")
    options.readme.write_text(f"{before}<!-- quality -->\n{text}\n{mark}{after}")


if __name__ == "__main__":
    main()
