"""Subjects and sentences of the articles of tests.support.seed_dialect."""

from typing import NamedTuple


class Subject(NamedTuple):
    """A subject, with phrases for its sentences: its parts, place, benefit and cost."""

    name: str
    category: str
    thing: str
    place: str
    gain: str
    cost: str


_ROWS = """
Fog Harvesting|Water|mesh stretched between poles|ridges above the coast|drinking water without pumps|mending after every storm
Sand Batteries|Energy|steel silos full of hot sand|the edge of small towns|heat that lasts into spring|thick layers of insulation
Canal Freight|Transport|slow barges with quiet motors|waterways that were nearly filled in|room on crowded roads|patience at every lock
Quantum Sensing|Geology|clouds of cold atoms|vans on gravel roads|maps of what lies underground|shielding against every tremor
Passive Cooling|Building|shaded courtyards and tall vents|streets of old brick|calm rooms in August|a little floor space
Small Satellites|Space|boxes that fit on a desk|shared rides to low orbit|fresh pictures of every field|crowded radio channels
Swarm Mapping|Cartography|many light drones|valleys without roads|plans that are never stale|rules for shared airspace
Slow Forecasting|Weather|long and patient records|stations kept by volunteers|a sense of what is normal|years without a headline
Seafloor Memory|Oceans|cores of layered mud|ships far from any port|a diary of old currents|cold nights on deck
Edible Roads|Materials|paving bound with plant starch|footpaths in city parks|surfaces that can be composted|a fresh coat each season
Solar Desalination|Water|glass roofs over salty pools|bays without a grid|fresh water at noon|brine that must go somewhere
Smart Buoys|Oceans|floating sensors on long chains|harbours and fishing grounds|early word of rough water|barnacles on every part
Timber Towers|Building|glued beams as tall as ships' masts|plots beside railway lines|floors that store carbon|careful work against damp
Seed Libraries|Farming|drawers of labelled envelopes|village halls and schools|old beans for new gardens|someone to keep the list
Tidal Mills|Energy|wheels between two basins|inlets with a wide range|power by the calendar|gates that silt up
Mycelium Packaging|Materials|moulds filled with roots of fungi|sheds beside sawmills|boxes that turn into soil|time to grow
Night Trains|Transport|sleeping cars behind a common engine|lines that cross borders|a morning in another city|sheets to wash in bulk
Urban Beekeeping|Farming|hives on flat roofs|blocks near railway verges|fruit on balconies|neighbours with questions
Acoustic Forestry|Nature|microphones tied to trunks|woods without paths|a count of birds at dawn|hours of wind to sift
Earth Bricks|Building|pressed blocks of local clay|yards beside the building site|walls that breathe|shelter from hard rain
Paper Circuits|Electronics|ink that conducts on card|classrooms with one socket|lessons that fit in a folder|patience with faint lines
Glacier Blankets|Climate|white fleece on old ice|the lower end of ski runs|a few more weeks of snow|fibres that blow away
Wave Farms|Energy|hinged floats on a long cable|stretches of rough coast|steady power in winter|parts that rust
Cargo Bicycles|Transport|long frames with a box in front|narrow streets after rain|deliveries that arrive on time|strong legs or a motor
Rain Gardens|Water|sunken beds with deep roots|corners of car parks|streets that drain by themselves|weeding twice a year
River Radar|Nature|antennas under bridges|gauges without a keeper|levels read from above|echoes to tell apart
Algae Farms|Farming|long glass tubes full of green water|roofs of warm factories|protein without fields|lamps on dark days
Heat Networks|Energy|pipes in shared trenches|districts built in one go|warm rooms without chimneys|streets dug up once more
Open Hardware|Electronics|boards whose drawings are public|benches in shared workshops|repairs that anyone can make|parts that go out of stock
Vertical Orchards|Farming|trees trained along wires|walls that face the morning|apples above a car park|pruning from a ladder
Ice Storage|Energy|tanks that freeze at night|cellars of office blocks|cool air in the afternoon|room for the tanks
Living Bridges|Nature|roots led across a stream|valleys with heavy rain|crossings that grow stronger|a lifetime of tending
Kite Power|Energy|wings on a long tether|hills where towers would not pay|wind from high above|rope that wears thin
Dark Skies|Nature|lamps that point down only|villages on a plateau|a night full of stars|new habits at dusk
Salt Marshes|Climate|mud, reeds and slow water|coasts behind a low dyke|waves that lose their force|land given back
Sound Archives|History|wax, tape and worn discs|shelves in a cool basement|voices of lost trades|players that still run
"""
SUBJECTS = tuple(Subject(*row.split("|")) for row in _ROWS.strip().splitlines())

TITLES = (
    "5 Things You Should Know About {name}",
    "Understanding {name} in Today's World",
    "The Essential Guide to {name}",
    "How {name} Will Change in the Next Decade",
    "{name}: Myths vs. Reality",
    "Why {name} Matters More Than Ever",
    "{name} Explained: Everything You Need to Know",
    "Is {name} Right for You?",
    "The Future of {name}",
    "{name}: A Complete Introduction",
    "Beyond the Basics of {name}",
    "The Hidden Power of {name}",
    "Getting Started with {name}",
    "{name}: What Comes Next",
)
FREE_TITLES = (
    "What {thing} tell us",
    "Along {place}",
    "The price of {gain}",
    "A year of {cost}",
)
OPENINGS = (
    (
        "**What would change if {gain} came as a matter of course?** {name} may be one way to get "
        "there, and it is plainer than it sounds."
    ),
    "**Few ideas look as simple as {thing}.** Yet {name} asks a good deal of the people who look after it.",
    (
        "**Picture {place}, early on a weekday.** That is where {name} is at home, and where its "
        "promise is put to the test."
    ),
    "**Nobody plans a town around {cost}.** With {name} that may be the very thing to plan for.",
    "**There is a quiet kind of progress, and {name} belongs to it.** A stage is no part of it, only {thing}.",
    "**Some tools are loud, others are patient, as {name} is.** It takes its time, and {place} show it best.",
)
SENTENCES = (
    "At its heart stand {thing}, and little else.",
    "What counts is {gain}, not the machinery behind it.",
    "In {place} the idea finds the room it needs.",
    "The price is {cost}, and it is better named at the start.",
    "Whoever begins should look at the ground first and at the catalogue later.",
    "Much depends on people who stay with the work once the ribbon is cut.",
    "A small trial teaches more than a thick brochure.",
    "The first season is for learning, and the second one for counting.",
    "Plans for {name} tend to fail at the edges, where two duties meet.",
    "A clear list of who mends what is half of the work.",
    "Neighbours are won by an open gate and a pot of tea.",
    "Where budgets are thin, {thing} can be shared between several owners.",
    "It helps to write down what went wrong while it is still fresh.",
    "Weather, habit and rules pull in three directions.",
    "None of this is out of reach for a careful team.",
    "Simple parts are easy to replace, and that keeps {name} alive in lean times.",
    "The gain, {gain}, is felt long before it can be measured.",
    "Those who expect wonders will be let down, and those who expect work will not.",
    "A second look at the site often saves a costly correction.",
    "Good records make the next step easier, whoever takes it.",
    "The question is less whether it works than for whom.",
    "Training matters as much as material, since hands decide how long things last.",
)
HEADINGS = (
    "Where {name} begins",
    "What it takes",
    "Gains and limits of {name}",
    "From trial to habit",
    "Questions that come up",
    "A look at the costs",
    "Who does the work",
)
POINTS = (
    "**Start small:** One trial shows more than ten drawings.",
    "**Know the ground:** What works in {place} may fail elsewhere.",
    "**Share the load:** Two owners carry {cost} more easily than one.",
    "**Keep records:** Notes are the cheapest tool of all.",
    "**Stay modest:** {name} is a help, and no cure.",
    "**Ask early:** Neighbours like to hear of things before they see them.",
    "**Repair first:** A mended part is a known part.",
)
TIPS = (
    "Walk the site in bad weather before you draw anything.",
    "Borrow the tools for the first trial and buy them for the second.",
    "Ask those who clean and mend before you ask those who plan.",
)
PICTURES = (
    "A wide view with {thing} in the foreground",
    "Two people at work, with {thing} behind them",
    "A drawing that shows how {thing} are put together",
    "Morning light over {place}",
)
CUT_ENDS = ("a change in expectat", "not every neighbourho", "the long mainten", "a thicker insula")
EXCERPT = (
    "Discover how {lower} is reshaping the world as we know it. "
    "This guide covers everything from basics to breakthroughs."
)
OWN_EXCERPT = "{lower} needs little more than {thing}, and yet much can go wrong in {place}."
SHARE_TEXT = "{name} is where patience turns into {gain}. #{tag} #Future"
EXPERT = "Dr. Ottilie Brandvold"
EXPERT_ROLES = (
    "geophysicist at the Northmoor Institute",
    "Professor of Applied Patience, Halden University",
    "chief scientist at Velt Labs",
    "AI researcher at Corran College",
    "hydrologist, Institute for Dry Places",
    "director of the Low Coast Observatory",
    "senior engineer at Marrow and Pike",
    "urban planner, City of Ostrava West",
    "economist at the Lantern Foundation",
    "materials scientist at Tarn Works",
    "climate analyst, Fjordbank",
    "botanist at the Garden of Ulm Hill",
    "lead author of the Brine Report",
    "head of research at Quill Systems",
)
EXPERT_SAYS = (
    "{name} rewards those who look twice. It gives nothing to those who only count.",
    "The beauty of {name} is that it can be explained to a child and still surprise a committee.",
    "We tend to ask what {name} costs. We ought to ask what its absence costs us.",
)
PERSONS = (
    "Professor Ansgar Tveit, an oceanographer, measured it on two coasts.",
    "The engineer Lucía Valdrada led the first trial and kept its books.",
    "Henrike Odenwald, a historian, has read the letters of the founders.",
    "“We thought it would take a week, and it took us a winter,” said Bram Kessler, a builder.",
)
PLACEHOLDERS = (
    "Analysts expect the field to be worth [insert projected market value] soon.",
    "[IMAGE: a chart of the seasons]",
    "For a first talk write to [Your Name] at the town hall.",
    "A case in point is [Company Name], which began with a single trial.",
)
