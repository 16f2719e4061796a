#!/usr/bin/python3
"""Makes the locked OpenDocument files of tests/corpus/odf with LibreOffice.

    odf_locked.py DIR

Packages: libreoffice-writer libreoffice-calc python3-uno
The password of both is "Tr0ub4dor". Only types and content are kept: each part costs 100,000 rounds of key derivation. LibreOffice 7.4 encrypts by AES-256 in ODF 1.2 and later, by Blowfish in ODF 1.1.
"""
import os
import subprocess
import sys
import tempfile
import time
import zipfile

import uno
from com.sun.star.beans import PropertyValue

PIPE = "postern_odf_locked"
LOCK = "Tr0ub4dor"


def option(name, value):
    out = PropertyValue()
    out.Name, out.Value = name, value
    return out


def connect():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            return resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
        except uno.getClass("com.sun.star.connection.NoConnectException"):
            time.sleep(0.5)
    sys.exit("LibreOffice does not come up")


def save(desktop, kind, fill, path, filter_name):
    document = desktop.loadComponentFromURL(f"private:factory/{kind}", "_blank", 0, (option("Hidden", True),))
    fill(document)
    document.storeToURL("file://" + path, (option("FilterName", filter_name), option("Password", LOCK)))
    document.close(True)


def keep_content(path):
    with zipfile.ZipFile(path) as whole:
        kept = [(name, whole.read(name)) for name in ("mimetype", "content.xml", "META-INF/manifest.xml")]
    with zipfile.ZipFile(path, "w") as out:
        for name, data in kept:
            packing = zipfile.ZIP_DEFLATED if name.startswith("META-INF") else zipfile.ZIP_STORED
            out.writestr(zipfile.ZipInfo(name), data, compress_type=packing)


def fill_text(document):
    document.Text.String = "Project Nightjar is confidential"
    document.DocumentProperties.Title = "Nightjar plan"


def fill_sheet(document):
    document.Sheets.getByIndex(0).getCellByPosition(0, 0).String = "Project Nightjar sheet"


def main():
    out = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as profile:
        office = subprocess.Popen(["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
                                   f"--accept=pipe,name={PIPE};urp;"])
        context = connect()
        manager = context.ServiceManager
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        save(desktop, "swriter", fill_text, out + "/locked-aes.odt", "writer8")
        provider = manager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", context)
        access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationUpdateAccess",
                                                      (option("nodepath", "/org.openoffice.Office.Common/Save/ODF"),))
        access.DefaultVersion = 2  # ODF 1.0 and 1.1
        access.commitChanges()
        save(desktop, "scalc", fill_sheet, out + "/locked-blowfish.ods", "calc8")
        desktop.terminate()
        office.wait(30)
    for name in ("locked-aes.odt", "locked-blowfish.ods"):
        keep_content(f"{out}/{name}")


main()
