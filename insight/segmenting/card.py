"""What a person should know of the found clusters: how they were found, how well they hold, what sets each apart."""

from __future__ import annotations

from textwrap import wrap

from insight.segmenting.choosing import AGREED, AS_GOOD
from insight.segmenting.segmentation import Cluster, Segmentation

METHODS = {"kmeans": "K-means", "classes": "latent classes (a mixture of multinomials)", "hdbscan": "HDBSCAN"}
LIFTS = 3
WIDTH = 110


def card(segmentation: Segmentation) -> str:
    """Markdown."""
    method, chosen = METHODS[segmentation.grouping.method], segmentation.chosen
    found = (
        f"{len(segmentation.clusters)} clusters by {method}, as of {segmentation.as_of:%Y-%m-%d}, from what customers "
        f"looked at, put into carts and bought ({len(segmentation.columns)} columns). {segmentation.known:.0%} of the "
        "customers with any trace left enough of them to be put into one; the others are `unknown`."
    )
    holds = (
        f"Refits on bootstrap draws of the customers agree with an adjusted Rand index of {chosen.agreement:.2f} (the "
        f"worst pair {chosen.low:.2f}); on the same counts without any tastes {segmentation.chance:.2f}. Taken was the "
        f"finest grouping that agrees to within {AS_GOOD} of the best, if at least {AGREED}. No label was looked at."
    )
    return "\n".join(
        [
            *("# Segments found in behaviour", "", *wrap(found, WIDTH), "", *wrap(holds, WIDTH), ""),
            "| asked for | groups | agreement | worst pair | silhouette |",
            "|---|---|---|---|---|",
            *(
                f"| {trial.asked} | {trial.groups} | {trial.agreement:.3f} | {trial.low:.3f} | {trial.silhouette:.3f} |"
                for trial in segmentation.trials
            ),
            "",
            *(line for cluster in segmentation.clusters for line in _told(cluster)),
        ]
    )


def _told(cluster: Cluster) -> list[str]:
    told, text = cluster.statistics, cluster.texts.get("en")
    title = f"## {cluster.name}: {text.title}" if text else f"## {cluster.name}"
    lifts = [
        f"- {lift.category}: {lift.share:.0%} of their traces, {lift.lift:.1f} times the usual "
        f"({lift.low:.1f} to {lift.high:.1f})"
        for lift in told.lifts[:LIFTS]
    ]
    differing = [
        f"- {one.words}: {one.mean:.3g} against {one.others:.3g} ({one.difference:+.2f} standard deviations, 99 %: "
        f"{one.low:+.2f} to {one.high:+.2f})"
        for one in told.differences
    ]
    words = [text.description, ""] if text else []
    return [title, "", *words, f"{told.customers} customers, {told.share:.0%}.", "", *lifts, *differing, ""]
