# %% [markdown]
# # Sensitivity in a notebook
# The words are those of `tremplin sensitivity` and `tremplin sweep`; what comes back are frames.

# %%
import math
from pathlib import Path

from experiments.sensitivity import notebook

OUT = Path("runs")

# %% [markdown]
# ## A study of worlds
# Every row of the design is a pair of worlds in the store: run this cell again and nothing is run again.

# %%
study = notebook.sensitivity(
    "alize-renewal",
    method="morris",
    n=4,
    policy="capped",
    factors="success_base,alize.join_rate,alize.recruiting_effort=0:2",
    out=OUT / "morris",
)
print(*study.said, sep="\n")
print(study.indices[["factor", "index", "value", "low", "high", "rank"]])

# %% [markdown]
# All outcomes of a row are kept. Other questions to the same rows run no world:

# %%
reported = notebook.sensitivity(
    "alize-renewal",
    method="morris",
    n=4,
    policy="capped",
    factors="success_base,alize.join_rate,alize.recruiting_effort=0:2",
    outcome="jobs_reported",
    out=OUT / "morris",
)
print(reported.said[0])
print(reported.data[["draw", "policy", "success_base", "jobs_net", "jobs_reported"]].head())

# %% [markdown]
# ## A model of one's own
# Any function of its factors goes through the same design, runner, store and analysis. Its name says its
# version: rows of the same name are taken to be the same.


# %%
def ishigami(x: dict[str, float]) -> float:
    return math.sin(x["x1"]) * (1 + 0.1 * x["x3"] ** 4) + 7 * math.sin(x["x2"]) ** 2


RANGES = {name: (-math.pi, math.pi) for name in ("x1", "x2", "x3")}
mine = notebook.function(ishigami, RANGES, name="ishigami 1", method="sobol", n=256, out=OUT / "ishigami")
more = notebook.function(
    ishigami, RANGES, name="ishigami 1", method="sobol", n=256, extend=512, out=OUT / "ishigami"
)
print(*more.said, sep="\n")
print(more.convergence)

# %% [markdown]
# ## A design whose rows one answers oneself
# For a model that runs elsewhere: take the frame, bring back an answer a row.

# %%
plan = notebook.design({"effect": (0, 1), "cost": (0, 2)}, method="sobol", n=64)
answers = plan.frame["effect"] - 0.5 * plan.frame["cost"] ** 2
found = plan.analysis(answers)
print(notebook.indices_frame(found))
print(found.verdict)
