"""A small German site whose first article has every part that an article can have.

``FILES`` is the whole source. Some of it is withheld at ``NOW``, and every word in ``SECRETS`` comes from there.
"""

from collections.abc import Mapping

from sites import PIXEL, Text

BASE_URL = "https://stadtbote.example.org/"
NOW = "2026-11-23T12:00"
ARTICLE = "/meldungen/2026/lindenbrueck-strom-und-waerme-was-kostet-100-prozent-oekostrom/"
SUBJECT = "Lindenbrück: „Strom & Wärme“ – was kostet 100 % Ökostrom?"
LEAD = "Die Stadtwerke Lindenbrück stellen um: Ab 1+1=2 Uhr fließt nur noch Ökostrom."
BODY_ENDING = "„Das ist ein guter Tag für die Wümme“, erklärte dazu Bürgermeisterin Änne Größ."

SITE = """\
title: Stadtbote
tagline: Nachrichten aus Rat und Verwaltung
description: Was in Lindenbrück und ringsum beschlossen, gebaut und gestrichen wird.
base_url: https://stadtbote.example.org/
language: de
publisher: Stadtbote Verlag
email: redaktion@stadtbote.example.org
fragments: {fragments}
page_size: 3
sections:
  - {{name: Energie, description: Netze und Stadtwerke.}}
  - Rat & Bürger
"""

_FIRST = """\
---
kicker: Lindenbrück
title: „Strom & Wärme“ – was kostet 100 % Ökostrom?
date: 2026-11-05
updated: 2026-11-06 10:15
lead: "Die Stadtwerke Lindenbrück stellen um: Ab 1+1=2 Uhr fließt nur noch Ökostrom."
section: Energie
tags: [Ökostrom, Stadtwerke]
location: Lindenbrück
author: [bs, gast]
links: [www.stadtwerke.example.org, "https://www.example.com/preise?jahr=2027"]
image: {src: werk.png, alt: Ein graues Feld, caption: Das Kraftwerk *Mühle* von Süden., credit: Jo Knipser}
aliases: [/alt/oekostrom/]
related: [ratssitzung.md]
corrections:
  - {date: 2026-11-07, text: Zuerst stand hier der falsche Preis.}
---
Der Rat hat es beschlossen (wir [berichteten](ratssitzung.md#beschluss)). Die Rechnung steht
in der [Anlage](#anlage), die Gegenrechnung auf [einer fremden Seite](https://www.example.net/?a=1&b=2).
Mehr weiß der [Entwurf](geheim.md).

## Anlage

| Jahr | Preis |
|------|------:|
| 2026 | 31    |

„Das ist ein guter Tag für die Wümme“, erklärte dazu Bürgermeisterin Änne Größ.
"""

_COUNCIL = """\
---
kicker: Rat
title: Beschluss im zweiten Anlauf
date: 2026-10-29 18:30
lead: Nach zwei Stunden stand die Mehrheit.
section: Energie
location: Lindenbrück
author: bs
pdf: false
---
## Beschluss

Mit 17 zu 14 Stimmen.
"""

_DRAFT = """\
---
kicker: Geheimrat
title: Quittengelee für alle
date: 2026-11-20
lead: Zwergplanet im Stadtrat.
section: Energie
tags: [Quittenpolitik]
location: Geheimhausen
author: zwerg
links: [www.quittenverband.example]
image: {src: quitte.png, alt: Quittenbild, caption: Quittenernte, credit: Quittenfotograf}
aliases: [/alt/quitte/]
draft: true
---
Im Rathauskeller lagern 300 Gläser Quittengelee, siehe [Plan](quittenplan.png).
"""

_SCHEDULED = """\
---
kicker: Sperrfrist
title: Mirabellenfest abgesagt
date: 2026-11-23
publish_at: 2026-11-24 08:00
section: Rat & Bürger
tags: [Mirabellen]
location: Mirabellenthal
author: bs
aliases: [/alt/mirabelle/]
---
Mirabellen sind dieses Jahr knapp.
"""

_EXPIRED = """\
---
title: Anmeldung zum Pflaumenkongress
date: 2026-09-01
expires_at: 2026-10-01
section: Rat & Bürger
---
Pflaumen bitte selbst mitbringen.
"""

_VENDOR = """\
---
name: Müller & Söhne Netzbau GmbH
postcode: "01097"
city: Dresden
url: https://www.example.com/netzbau
logo: /images/netzbau.png
sections: [Energie]
---
Wir verlegen Leitungen.
"""

_LATE_VENDOR = """\
---
name: Aprikosenhandel Morgen
postcode: "99999"
city: Aprikosenau
sections: [Energie]
from: 2027-01-01
---
Noch nicht.
"""

_AUTHORS = """\
bs: {name: Berta Süß, role: Redakteurin, email: bs@stadtbote.example.org, bio: Schreibt über *Netze*.}
gast: {name: Gast Östlich}
zwerg: {name: Zita Zwergplan}
"""

_IMPRINT = """\
---
title: Impressum
---
Stadtbote Verlag, Lindenbrück. Das Wichtigste steht [hier](../articles/oekostrom.md).
"""


def _report(day: int, title: str, section: str, more: str = "") -> str:
    return (
        f"---\ntitle: {title}\ndate: 2026-09-{day:02}\nsection: {section}\npdf: false\n{more}---\n{title}, im Ganzen.\n"
    )


def _picture(name: str) -> bytes:
    """A PNG of one grey pixel that no other file equals."""
    return PIXEL + name.encode()


def files(fragments: str = "inline") -> Mapping[str, Text]:
    """Source path → text or bytes."""
    return {
        "content/site.yaml": SITE.format(fragments=fragments),
        "content/authors.yaml": _AUTHORS,
        "content/articles/oekostrom.md": _FIRST,
        "content/articles/werk.png": _picture("werk"),
        "content/articles/ratssitzung.md": _COUNCIL,
        "content/articles/geheim.md": _DRAFT,
        "content/articles/quitte.png": _picture("quitte"),
        "content/articles/quittenplan.png": _picture("quittenplan"),
        "content/articles/sperrfrist.md": _SCHEDULED,
        "content/articles/abgelaufen.md": _EXPIRED,
        **{
            f"content/articles/energie-{day}.md": _report(
                day, f"Trafohaus {day} ist fertig", "Energie", "kicker: Netz\n"
            )
            for day in range(1, 10)
        },
        **{
            f"content/articles/rat-{day}.md": _report(day, f"Sitzung Nummer {day}", "Rat & Bürger")
            for day in range(10, 14)
        },
        "content/vendors/netzbau.md": _VENDOR,
        "content/vendors/aprikose.md": _LATE_VENDOR,
        "content/images/netzbau.png": _picture("netzbau"),
        "content/pages/impressum.md": _IMPRINT,
    }


SECRETS = (
    "quitte", "geheim", "zwerg", "mirabelle", "sperrfrist", "pflaume", "anmeldung", "aprikose", "99999",
)  # fmt: skip
"""Parts of words, in lower case, that stand in what is withheld and nowhere else."""
