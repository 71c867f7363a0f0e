# Tells what a page of report.py's holds, after having read it as strictly as XML: the cells of its
# tables, a row a line, and the plots.
#   page.py FILE
import re
import sys
from xml.etree import ElementTree

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
# What XML has no word for.
text = re.sub(r"<!DOCTYPE html>|<meta[^>]*>", "", text).replace("<br>", " ")
page = ElementTree.fromstring(text)
ids = [element.get("id") for element in page.iter() if element.get("id")]
assert len(ids) == len(set(ids)), "an id twice"
for element in page.iter():
    for name, value in element.attrib.items():
        if name in ["src", "href"] or name.endswith("}href"):
            assert value.startswith("#") and value[1:] in ids, value
assert not re.search(r"@import|url\((?!#)", text), "another resource"
for heading in page.iter("h2"):
    print("section:", heading.text)
for table in page.iter("table"):
    for row in table.iter("tr"):
        print("row:", " | ".join("".join(cell.itertext()) for cell in row))
for figure in page.iter("figure"):
    words = " ".join("".join(t.itertext()).strip() for t in figure.iter("{http://www.w3.org/2000/svg}text"))
    print("plot:", figure.get("id"), ":", words)
