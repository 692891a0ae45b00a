"""The picture of the evidence: everything is on it, whatever its words, and a circle ends."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

from lookalike.disclosure.contents_evidence import GraphOf, NodeOf
from lookalike.disclosure.drawing import TALLEST, drawn, tall
from lookalike.disclosure.values import Absent
from tests.disclosure.examples import Made


def texts(graph: GraphOf) -> str:
    return " ".join("".join(one.itertext()) for one in ET.fromstring(drawn(graph)))


def test_every_item_and_node_is_on_it(made: Made) -> None:
    graph = made.contents.evidence
    told = texts(graph)
    assert isinstance(graph.items, tuple)
    assert isinstance(graph.nodes, tuple)
    for one in (*graph.items, *graph.nodes):
        assert one.id in told
    assert "item-3 · against" in told
    assert "item-1 · for" in told


def test_what_comes_from_a_search_and_what_was_withdrawn_are_marked(made: Made) -> None:
    picture = drawn(made.contents.evidence).decode()
    assert picture.count('stroke-dasharray="6 3"') == 1
    assert picture.count("<line ") == 1


def test_a_circle_and_a_link_to_nothing_end(made: Made) -> None:
    graph = made.contents.evidence
    assert isinstance(graph.links, tuple)
    first = graph.links[0]
    round_ = replace(first, source="lead-1", target="search-1")
    nowhere = replace(first, source="gone", target="search-1")
    itself = replace(first, source="lead-1", target="lead-1")
    assert "lead-1" in texts(replace(graph, links=(*graph.links, round_, nowhere, itself)))


def test_hostile_words_are_words(made: Made) -> None:
    odd = NodeOf(id='<script>&"', kind="person", words="</svg>\u202e\x00 <b>" + "x" * 300)
    graph = GraphOf(standing="none", items=Absent("none"), nodes=(odd,), links=Absent("none"))
    assert "<script>&" in texts(graph)
    assert "\u202e" not in texts(graph)


def test_a_large_graph_stays_on_its_page(made: Made) -> None:
    nodes = tuple(NodeOf(id=f"person-{n}", kind="person", words=f"person {n}") for n in range(200))
    graph = GraphOf(standing="none", items=Absent("none"), nodes=nodes, links=Absent("none"))
    assert 20 <= tall(graph) <= TALLEST
    assert 20 <= tall(replace(graph, nodes=Absent("none"))) <= TALLEST
