"""The adapter does hardly any harm to what it was not trained for."""

from __future__ import annotations

import numpy as np

from index.encoder import DefaultEncoder, Encoder

# Question and the text that answers it; the other rows' texts are the wrong ones.
EVERYDAY = [
    ("how hot does the oven need to be for bread", "Bake the loaf at 220 degrees until the crust is brown."),
    ("my tyre has gone flat, what now", "Loosen the nuts, jack up the car and put on the spare wheel."),
    ("why is the sky blue", "Air scatters short wavelengths of sunlight more than long ones."),
    ("when should I plant tulips", "Spring bulbs go into the ground in October and November."),
    ("what does a vet do for a limping dog", "The animal's paw and joints are examined and X-rayed if need be."),
    ("best way to learn the piano", "Practise scales slowly every day and have a teacher correct your hands."),
    ("who painted the ceiling in Rome", "Michelangelo worked on the chapel's frescoes for four years."),
    ("why do ships float", "The hull pushes away water that weighs as much as the vessel."),
    ("how do I stop my glasses steaming up", "A drop of washing-up liquid on the lenses keeps mist from forming."),
    ("can cats eat chocolate", "Cocoa holds a substance that is poisonous to pets."),
    ("what makes a volcano erupt", "Gas in molten rock expands and drives it up through the crust."),
    ("how long is a marathon", "Runners cover 42.195 kilometres from start to finish."),
    ("is it going to snow in the hills", "A cold front brings wintry showers to high ground tonight."),
    ("my phone won't charge", "Clean the socket and try another cable before replacing the battery."),
    ("how are mortgages worked out", "Lenders multiply your income and take off what you owe already."),
    ("what is yeast for", "It feeds on sugar and gives off the bubbles that make dough rise."),
    ("why are leaves green", "Chlorophyll soaks up red and blue light and gives back the rest."),
    ("how fast does light travel", "Nothing outruns it: 300,000 kilometres each second in empty space."),
    ("what to wear for a job interview", "Choose clean, plain clothes a little smarter than the firm's own."),
    ("how do bees find their way", "They steer by the sun and tell each other distances by dancing."),
]
FIELD = [
    ("are there enough foster homes", "The number of carers recruited does not meet demand."),
    ("do workers have too many kids each", "Caseloads are manageable in all teams."),
    ("are runaways asked why they left", "Return home interviews are offered to all children who go missing."),
    ("is help good for teenagers with nowhere to live", "Sixteen-year-olds who present as homeless are assessed well."),
    ("do bosses check the work", "Audits and management oversight are regular."),
    ("is schooling good for looked after kids", "The virtual school monitors personal education plans closely."),
    ("are families helped early", "Support at an early stage prevents problems from getting worse."),
    ("do young people leaving care know what they can get", "The local offer is not well understood by care leavers."),
]


def first(encoder: Encoder, pairs: list[tuple[str, str]]) -> float:
    """The share of questions whose text comes first among all texts."""
    texts, _ = encoder.encode_passages([text for _, text in pairs], [()] * len(pairs))
    questions = np.array([encoder.encode_question(question) for question, _ in pairs])
    return float(np.mean((questions @ texts.T).argmax(axis=1) == np.arange(len(pairs))))


def test_plain_questions_outside_the_field_hardly_suffer(encoder: Encoder) -> None:
    # Measured: 20 of 20 unadapted, 19 adapted.
    assert first(encoder, EVERYDAY) >= first(DefaultEncoder(adapter=None), EVERYDAY) - 0.05


def test_questions_of_the_field_hold(encoder: Encoder) -> None:
    # Eight short texts without a header: 6 of 8 either way. What the adapter gains shows on whole reports.
    assert first(encoder, FIELD) >= first(DefaultEncoder(adapter=None), FIELD)
