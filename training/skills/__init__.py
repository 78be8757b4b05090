"""All skills, and the one table of how much of each the model sees."""

from __future__ import annotations

import importlib
import pkgutil

from training.skills.base import Skill

# Share of the turns of ordinary sessions for each module (sessions of retrieval have a share of the rows of their own: training/sessions.py).
# Inside a module the weights of its skills count. A module that is not named here has the share 1.
MIX: dict[str, float] = {
    "arithmetic": 5.6, "facts": 2.8, "unknown": 2.4, "yesno": 4.0, "chat": 2.2, "nibble": 1.2, "unclear": 1.0, "followup": 0.6, "spelling": 4.2, "counting": 2.4,
    "copying": 1.5, "general": 1.3,
    "lists": 5.5, "sorting": 3.6, "compare": 2.2, "sequence": 2.0, "translate": 1.0, "code": 0.6, "story": 0.7, "memory": 0.3, "order": 2.6,
}

_NOT_SKILLS = {"base", "data"}


def modules() -> dict[str, dict[str, Skill]]:
    """Module name -> its skills, for all modules of this folder that export SKILLS."""
    found = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        if info.name not in _NOT_SKILLS:
            module = importlib.import_module(f"{__name__}.{info.name}")
            if hasattr(module, "SKILLS"):
                found[info.name] = module.SKILLS
    return found


def collect() -> dict[str, Skill]:
    """Skill name -> skill with its final weight: the share of its module times its share there."""
    skills: dict[str, Skill] = {}
    for module, members in modules().items():
        total = sum(skill.weight for skill in members.values())
        for name, skill in members.items():
            if name in skills:
                raise ValueError(f"two skills are named {name!r}")
            skills[name] = Skill(skill.fn, MIX.get(module, 1.0) * skill.weight / total, skill.min_tokens, module)
    return skills
