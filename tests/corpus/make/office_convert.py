#!/usr/bin/env python3
"""Has LibreOffice write the flat OpenDocument files of a folder in other formats.

  office_convert.py SOURCES OUT        (the system's Python, with python3-uno)
"""
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

PDF = {"UseTaggedPDF": True, "ExportFormFields": True, "ExportNotes": True, "ExportBookmarks": True,
       "ExportHiddenSlides": True, "ExportNotesPages": True, "ExportPlaceholders": True}
JOBS = {
    "text.fodt": {"odt": "writer8", "docx": "MS Word 2007 XML", "doc": "MS Word 97", "rtf": "Rich Text Format",
                  "html": "HTML (StarWriter)", "epub": "EPUB", "pdf": "writer_pdf_Export"},
    "sheet.fods": {"ods": "calc8", "xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "html": "HTML (StarCalc)",
                   "csv": "Text - txt - csv (StarCalc)", "slk": "SYLK", "pdf": "calc_pdf_Export"},
    "slides.fodp": {"odp": "impress8", "pptx": "Impress MS PowerPoint 2007 XML", "ppt": "MS PowerPoint 97",
                    "pdf": "impress_pdf_Export"},
    "drawing.fodg": {"odg": "draw8", "emf": "draw_emf_Export", "wmf": "draw_wmf_Export"},
}


def properties(**values):
    out = []
    for name, value in values.items():
        each = PropertyValue()
        each.Name, each.Value = name, value
        out.append(each)
    return tuple(out)


def connect():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            return resolver.resolve("uno:pipe,name=corpus;urp;StarOffice.ComponentContext")
        except Exception:  # it is not up yet
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not come up")


def main() -> None:
    sources, out = (Path(each).resolve() for each in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as profile:
        office = subprocess.Popen(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
                                   "--accept=pipe,name=corpus;urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        context = connect()
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        for source, formats in JOBS.items():
            document = desktop.loadComponentFromURL(f"file://{sources}/{source}", "_blank", 0, properties(Hidden=True))
            for extension, writer in formats.items():
                values = {"FilterName": writer, "Overwrite": True}
                if extension == "csv":
                    values["FilterOptions"] = "9,34,76,1"
                arguments = properties(**values)
                if extension == "pdf":
                    data = PropertyValue()
                    data.Name = "FilterData"
                    data.Value = uno.Any("[]com.sun.star.beans.PropertyValue", properties(**PDF))
                    arguments += (data,)
                document.storeToURL(f"file://{out}/{source.split('.')[0]}.{extension}", arguments)
            document.close(True)
        try:
            desktop.terminate()
        except Exception:  # the bridge breaks when it goes
            pass
        office.wait(timeout=60)


main()
