#!/usr/bin/env python3
"""Writes the sources from which office.sh makes the documents of tests/corpus: flat OpenDocument files
in which every feature holds one marker word, `zq` and the name of the feature.

  office_sources.py DIR
"""
import base64
import re
import struct
import sys
import zlib
from pathlib import Path

NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "chart": "urn:oasis:names:tc:opendocument:xmlns:chart:1.0",
    "form": "urn:oasis:names:tc:opendocument:xmlns:form:1.0",
    "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
    "ooo": "http://openoffice.org/2004/office",
    "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
    "officeooo": "http://openoffice.org/2009/office",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
}.items())


def document(kind: str, styles: str, automatic: str, masters: str, body: str, scripts: str = "") -> str:
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {NAMESPACES} office:version="1.3" '
            f'office:mimetype="application/vnd.oasis.opendocument.{kind}">\n{META}\n{scripts}\n'
            f'<office:styles>{styles}</office:styles>\n<office:automatic-styles>{automatic}</office:automatic-styles>\n'
            f'<office:master-styles>{masters}</office:master-styles>\n<office:body>{body}</office:body>\n'
            f'</office:document>\n')


META = """<office:meta>
<dc:title>Annual zqtitle</dc:title><dc:subject>About zqsubject</dc:subject><dc:description>Some zqdescription</dc:description>
<meta:keyword>zqkeyword</meta:keyword><meta:initial-creator>Ada zqinitialcreator</meta:initial-creator><dc:creator>Bob zqcreator</dc:creator>
<meta:creation-date>2024-02-29T10:11:12</meta:creation-date><dc:date>2024-03-01T08:09:10</dc:date>
<meta:user-defined meta:name="zqpropname">value zqpropvalue</meta:user-defined>
<meta:user-defined meta:name="Budget" meta:value-type="float">73219.5</meta:user-defined>
</office:meta>"""


def macros(name: str) -> str:
    return f"""<office:scripts><office:script script:language="ooo:Basic">
<ooo:libraries xmlns:ooo="http://openoffice.org/2004/office"><ooo:library-embedded ooo:name="Standard">
<ooo:module ooo:name="Module1"><ooo:source-code>Sub Main
  ' the {name}
  MsgBox "{name}text"
End Sub</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries></office:script></office:scripts>"""


def png() -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes(v for x in range(8) for v in (x * 30, y * 30, 90)) for y in range(8))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + \
        chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(data).decode()


def p(text: str, style: str = "") -> str:
    return f'<text:p{f" text:style-name={chr(34)}{style}{chr(34)}" if style else ""}>{text}</text:p>'


def chart(prefix: str) -> str:
    return f"""<draw:object><office:document {NAMESPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.chart">
<office:automatic-styles><style:style style:name="s" style:family="chart"><style:chart-properties chart:data-label-number="value"/></style:style></office:automatic-styles>
<office:body><office:chart><chart:chart svg:width="8cm" svg:height="6cm" chart:class="chart:bar">
<chart:title svg:x="1cm" svg:y="0cm">{p(prefix + 'charttitle')}</chart:title><chart:subtitle svg:x="1cm" svg:y="1cm">{p(prefix + 'chartsubtitle')}</chart:subtitle>
<chart:legend chart:legend-position="end"/>
<chart:plot-area table:cell-range-address="local-table.A1:local-table.B3" chart:data-source-has-labels="both" svg:x="1cm" svg:y="2cm" svg:width="6cm" svg:height="3cm">
<chart:axis chart:dimension="x" chart:name="primary-x"><chart:title svg:x="2cm" svg:y="5cm">{p(prefix + 'charxaxis')}</chart:title><chart:categories table:cell-range-address="local-table.A2:local-table.A3"/></chart:axis>
<chart:axis chart:dimension="y" chart:name="primary-y"><chart:title svg:x="0cm" svg:y="3cm">{p(prefix + 'charyaxis')}</chart:title></chart:axis>
<chart:series chart:style-name="s" chart:values-cell-range-address="local-table.B2:local-table.B3" chart:label-cell-address="local-table.B1" chart:class="chart:bar"><chart:data-point chart:repeated="2"/></chart:series>
</chart:plot-area>
<table:table table:name="local-table"><table:table-header-columns><table:table-column/></table:table-header-columns><table:table-columns><table:table-column/></table:table-columns>
<table:table-header-rows><table:table-row><table:table-cell>{p('')}</table:table-cell><table:table-cell office:value-type="string">{p(prefix + 'chartseries')}</table:table-cell></table:table-row></table:table-header-rows>
<table:table-rows><table:table-row><table:table-cell office:value-type="string">{p(prefix + 'chartcata')}</table:table-cell><table:table-cell office:value-type="float" office:value="31415">{p('31415')}</table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string">{p(prefix + 'chartcatb')}</table:table-cell><table:table-cell office:value-type="float" office:value="27182">{p('27182')}</table:table-cell></table:table-row></table:table-rows></table:table>
</chart:chart></office:chart></office:body></office:document></draw:object>"""


def embedded_text(word: str) -> str:
    return f"""<draw:object><office:document {NAMESPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:body><office:text>{p('inner ' + word)}</office:text></office:body></office:document></draw:object>"""


def text_document() -> str:
    styles = """<style:style style:name="Standard" style:family="paragraph"/>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="1"/>
<style:style style:name="zqstylename" style:family="paragraph" style:parent-style-name="Standard"/>
<style:style style:name="HiddenStyle" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Graphics" style:family="graphic"/><style:style style:name="Frame" style:family="graphic"/>
<text:notes-configuration text:note-class="footnote" style:num-format="1"/>"""
    automatic = """<style:page-layout style:name="pm1" style:page-usage="all"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/>
<style:header-style><style:header-footer-properties fo:min-height="1cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="1cm"/></style:footer-style></style:page-layout>
<style:style style:name="hid" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="white" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>
<style:style style:name="Hsec" style:family="section"><style:section-properties/></style:style>
<style:style style:name="fr" style:family="graphic" style:parent-style-name="Frame"><style:graphic-properties style:wrap="parallel" style:vertical-pos="top" style:vertical-rel="paragraph" style:horizontal-pos="right" style:horizontal-rel="paragraph"/></style:style>
<number:date-style style:name="ND"><number:day/><number:text>. </number:text><number:month number:textual="true" number:style="long"/><number:text> </number:text><number:year number:style="long"/></number:date-style>
<style:style style:name="ctl" style:family="graphic"/>"""
    masters = f"""<style:master-page style:name="Standard" style:page-layout-name="pm1">
<style:header>{p('H zqheaderright <text:page-number/>')}</style:header><style:header-left>{p('H zqheaderleft')}</style:header-left><style:header-first>{p('H zqheaderfirst')}</style:header-first>
<style:footer>{p('F zqfooterright')}</style:footer><style:footer-left>{p('F zqfooterleft')}</style:footer-left><style:footer-first>{p('F zqfooterfirst')}</style:footer-first>
</style:master-page>"""

    def change(number: int, kind: str, who: str, inner: str = "") -> str:
        return (f'<text:changed-region xml:id="ct{number}" text:id="ct{number}"><text:{kind}><office:change-info><dc:creator>{who}</dc:creator>'
                f'<dc:date>2024-02-29T12:00:00</dc:date></office:change-info>{inner}</text:{kind}></text:changed-region>')

    tracked = ('<text:tracked-changes>' + change(1, "insertion", "Ira zqinsauthor") + change(2, "deletion", "Del zqdelauthor", p("gone zqdeleted word")) +
               change(3, "deletion", "Mo zqmoveauthor", p("a whole")  + p("lost zqdeletedpara")) + '</text:tracked-changes>')
    forms = """<office:forms form:automatic-focus="false" form:apply-design-mode="false"><form:form form:name="Form1" form:control-implementation="ooo:com.sun.star.form.component.Form">
<form:text form:name="zqformname" form:control-implementation="ooo:com.sun.star.form.component.TextField" xml:id="control1" form:id="control1" form:current-value="typed zqformvalue" form:title="zqformtip"/>
<form:checkbox form:name="box" form:control-implementation="ooo:com.sun.star.form.component.CheckBox" xml:id="control2" form:id="control2" form:label="zqformlabel"/>
<form:listbox form:name="lb" form:dropdown="true" form:control-implementation="ooo:com.sun.star.form.component.ListBox" xml:id="control3" form:id="control3"><form:option form:label="zqformoption" form:value="1"/><form:option form:label="second"/></form:listbox>
</form:form></office:forms>"""
    controls = "".join(f'<draw:control text:anchor-type="paragraph" svg:width="3cm" svg:height="1cm" svg:x="{n * 4}cm" svg:y="0cm" draw:control="control{n}"/>' for n in (1, 2, 3))
    frame = ('<draw:frame draw:style-name="fr" draw:name="Frame zqframename" text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm"><draw:text-box>' +
             p("boxed zqtextbox") + '</draw:text-box><svg:title>T zqframetitle</svg:title><svg:desc>D zqframedesc</svg:desc></draw:frame>')
    shape = ('<draw:custom-shape draw:name="Shape zqshapename" text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm" svg:x="1cm" svg:y="1cm">'
             '<svg:title>T zqshapetitle</svg:title><svg:desc>D zqshapedesc</svg:desc>' + p("shape zqshapetext") +
             '<draw:enhanced-geometry svg:viewBox="0 0 21600 21600" draw:type="rectangle" draw:enhanced-path="M 0 0 L 21600 0 21600 21600 0 21600 0 0 Z N"/></draw:custom-shape>')
    group = ('<draw:g text:anchor-type="paragraph" draw:name="Gr"><draw:rect svg:width="2cm" svg:height="1cm" svg:x="1cm" svg:y="5cm">' + p("zqgroupa") +
             '</draw:rect><draw:ellipse svg:width="2cm" svg:height="1cm" svg:x="4cm" svg:y="5cm">' + p("zqgroupb") + '</draw:ellipse></draw:g>')
    picture = (f'<draw:frame draw:name="pic" text:anchor-type="as-char" svg:width="1cm" svg:height="1cm"><draw:image><office:binary-data>{png()}</office:binary-data></draw:image>'
               '<svg:title>P zqpictitle</svg:title><svg:desc>P zqpicdesc</svg:desc></draw:frame>')
    table = ('<table:table table:name="zqtablename"><table:table-column table:number-columns-repeated="2"/><table:table-row><table:table-cell office:value-type="string">' + p("zqcella") +
             '</table:table-cell><table:table-cell office:value-type="string">' + p("zqcellb") + '<table:table><table:table-column/><table:table-row><table:table-cell>' +
             p("zqnestedcell") + '</table:table-cell></table:table-row></table:table></table:table-cell></table:table-row></table:table>')
    body = [
        forms, tracked,
        '<text:variable-decls><text:variable-decl office:value-type="string" text:name="v1"/></text:variable-decls>',
        '<text:user-field-decls><text:user-field-decl office:value-type="string" office:string-value="zquserfield" text:name="uf"/></text:user-field-decls>',
        '<text:h text:style-name="Heading_20_1" text:outline-level="1"><text:bookmark text:name="zqbookmark"/>Heading zqheading</text:h>',
        p('Plain <text:span text:style-name="bold">zqspl</text:span>itword and 4111 1111 <text:span text:style-name="bold">1111</text:span> 1111 Gr\u00f6\u00dfe \u03a9 \u65e5\u672c\u8a9e'),
        p('Note<text:note text:id="ftn1" text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>' + p("zqfootnote") + '</text:note-body></text:note> here and '
          '<text:note text:id="ftn2" text:note-class="endnote"><text:note-citation>i</text:note-citation><text:note-body>' + p("zqendnote") + '</text:note-body></text:note> there'),
        p('Said <office:annotation office:name="c1" loext:resolved="false"><dc:creator>Cy zqcommentauthor</dc:creator><dc:date>2024-02-29T12:00:00</dc:date><meta:creator-initials>CY</meta:creator-initials>' + p("zqcomment") +
          '</office:annotation>range<office:annotation-end office:name="c1"/> and <office:annotation office:name="c2" loext:parent-name="c1"><dc:creator>Re zqreplyauthor</dc:creator><dc:date>2024-02-29T12:10:00</dc:date>' + p("zqreply") + '</office:annotation>reply'),
        p('Text <text:change-start text:change-id="ct1"/>new zqinserted<text:change-end text:change-id="ct1"/> and <text:change text:change-id="ct2"/> cut'),
        p('Before<text:change text:change-id="ct3"/> after'),
        p('See <text:a xlink:type="simple" xlink:href="https://zqlinktarget.example/up?x=1" office:title="zqlinktip" office:target-frame-name="_blank">zqlinktext</text:a> now'),
        p('Hidden <text:span text:style-name="hid">zqhiddenrun</text:span> run, white <text:span text:style-name="white">zqwhite</text:span>'),
        p('All zqhiddenstyle', "HiddenStyle"),
        p('<text:hidden-text text:condition="ooow:1==1" text:string-value="zqhiddenfield" text:is-hidden="true"/><text:hidden-paragraph text:condition="ooow:TRUE" text:is-hidden="true"/>para zqhiddenpara'),
        '<text:section text:style-name="Hsec" text:name="zqsectionname" text:display="none">' + p("inside zqhiddensection") + '</text:section>',
        p('Field <text:placeholder text:placeholder-type="text" text:description="zqplacetip">&lt;zqplaceholder&gt;</text:placeholder> <text:text-input text:description="zqinputtip">zqinput</text:text-input> '
          '<text:drop-down text:name="dd"><text:label text:value="zqdropother"/><text:label text:value="zqdropcurrent" text:current-selected="true"/>zqdropcurrent</text:drop-down> '
          '<text:user-field-get text:name="uf">zquserfield</text:user-field-get> <text:variable-set text:name="v1" text:formula="ooow:zqvariable" office:value-type="string" office:string-value="zqvariable">zqvariable</text:variable-set> '
          '<text:conditional-text text:condition="ooow:1==1" text:string-value-if-true="zqcondtrue" text:string-value-if-false="zqcondfalse" text:current-value="true">zqcondtrue</text:conditional-text> '
          '<text:date style:data-style-name="ND" text:date-value="2024-02-29T00:00:00" text:fixed="true">29. February 2024</text:date> '
          '<text:reference-mark text:name="zqrefmark"/> <text:sequence text:ref-name="r" text:name="Ill" text:formula="ooow:Ill+1" style:num-format="1">1</text:sequence>'),
        p('Index <text:alphabetical-index-mark text:string-value="zqindexentry" text:key1="zqindexkey"/> mark <text:bibliography-mark text:identifier="zqbibid" text:bibliography-type="book" text:author="zqbibauthor" text:title="zqbibtitle">[zqbibid]</text:bibliography-mark>'),
        p('<text:ruby><text:ruby-base>base</text:ruby-base><text:ruby-text>zqruby</text:ruby-text></text:ruby>'),
        p("anchor " + frame), p("anchor " + shape), p("anchor " + group), p("pic " + picture), p("controls " + controls),
        table,
        p('<draw:frame draw:name="Obj zqchartname" text:anchor-type="as-char" svg:width="8cm" svg:height="6cm">' + chart("zq") + '</draw:frame>'),
        p('<draw:frame draw:name="ole" text:anchor-type="as-char" svg:width="5cm" svg:height="3cm">' + embedded_text("zqembedded") + '</draw:frame>'),
        '<text:list><text:list-item>' + p("item zqlistitem") + '</text:list-item></text:list>',
        '<text:alphabetical-index text:name="Index1"><text:alphabetical-index-source text:main-entry-style-name="x"/><text:index-body><text:index-title text:name="t">' + p("zqindextitle") + '</text:index-title>' + p("zqindexbody 1") + '</text:index-body></text:alphabetical-index>',
        p("last zqstyled", "zqstylename"),
    ]
    return document("text", styles, automatic, masters, "<office:text>" + "\n".join(body) + "</office:text>", macros("zqmacro"))


def cell(value: str = "", *, kind: str = "string", attributes: str = "", content: str = "", style: str = "", shown: str = "") -> str:
    style = f' table:style-name="{style}"' if style else ""
    if kind == "string":
        return f'<table:table-cell office:value-type="string"{style}{attributes}>{content}{p(value)}</table:table-cell>'
    key = {"float": "value", "date": "date-value", "percentage": "value", "currency": "value", "time": "time-value"}[kind]
    return f'<table:table-cell office:value-type="{kind}" office:{key}="{value}"{style}{attributes}>{content}{p(shown or value)}</table:table-cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>"


def spreadsheet() -> str:
    styles = '<style:style style:name="Default" style:family="table-cell"/>'
    automatic = """<style:style style:name="tab" style:family="table" style:master-page-name="Default"><style:table-properties table:display="true"/></style:style>
<style:style style:name="tabhid" style:family="table" style:master-page-name="Default"><style:table-properties table:display="false"/></style:style>
<style:style style:name="co" style:family="table-column"><style:table-column-properties style:column-width="3cm"/></style:style>
<style:style style:name="ro" style:family="table-row"><style:table-row-properties style:row-height="0.5cm"/></style:style>
<number:number-style style:name="N0"><number:number number:decimal-places="2" number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/></number:number-style>
<number:date-style style:name="N1"><number:day number:style="long"/><number:text>.</number:text><number:month number:style="long"/><number:text>.</number:text><number:year number:style="long"/></number:date-style>
<number:number-style style:name="N2"><number:text/></number:number-style>
<style:style style:name="ceN" style:family="table-cell" style:data-style-name="N0"/><style:style style:name="ceD" style:family="table-cell" style:data-style-name="N1"/><style:style style:name="ceHide" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="ceWhite" style:family="table-cell"><style:text-properties fo:color="#ffffff"/></style:style>
<style:page-layout style:name="pm1"><style:header-style><style:header-footer-properties fo:min-height="1cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="1cm"/></style:footer-style></style:page-layout>"""
    masters = f"""<style:master-page style:name="Default" style:page-layout-name="pm1"><style:header><style:region-left>{p('zqsheetheaderl')}</style:region-left><style:region-center>{p('zqsheetheaderc')}</style:region-center><style:region-right>{p('zqsheetheaderr')}</style:region-right></style:header>
<style:header-left>{p('zqsheetheadereven')}</style:header-left><style:footer>{p('zqsheetfooter')}</style:footer></style:master-page>"""
    note = f'<office:annotation draw:caption-point-x="0cm" svg:width="3cm" svg:height="2cm"><dc:creator>Cy zqcommentauthor</dc:creator><dc:date>2024-02-29T00:00:00</dc:date>{p("zqcomment")}</office:annotation>'
    hidden_note = f'<office:annotation office:display="false" svg:width="3cm" svg:height="2cm">{p("zqhiddencomment")}</office:annotation>'
    validation = f"""<table:content-validations><table:content-validation table:name="val1" table:condition="of:cell-content-is-in-list(&quot;zqvalidlist&quot;;&quot;zqvalidlist2&quot;)" table:allow-empty-cell="true" table:base-cell-address="First.A1">
<table:help-message table:title="zqhelptitle" table:display="true">{p("zqhelptext")}</table:help-message><table:error-message table:title="zqerrtitle" table:display="true" table:message-type="stop">{p("zqerrtext")}</table:error-message></table:content-validation></table:content-validations>"""
    shapes = ('<table:shapes><draw:custom-shape draw:name="zqshapename" svg:width="3cm" svg:height="2cm" svg:x="12cm" svg:y="1cm"><svg:title>zqshapetitle</svg:title><svg:desc>zqshapedesc</svg:desc>' + p("zqshapetext") +
              '<draw:enhanced-geometry svg:viewBox="0 0 21600 21600" draw:type="rectangle" draw:enhanced-path="M 0 0 L 21600 0 21600 21600 0 21600 0 0 Z N"/></draw:custom-shape>'
              '<draw:frame draw:name="tb" svg:width="3cm" svg:height="2cm" svg:x="12cm" svg:y="5cm"><draw:text-box>' + p("zqtextbox") + '</draw:text-box></draw:frame>'
              '<draw:frame draw:name="zqchartname" svg:width="8cm" svg:height="6cm" svg:x="12cm" svg:y="8cm">' + chart("zq") + '</draw:frame>'
              f'<draw:frame draw:name="pic" svg:width="1cm" svg:height="1cm" svg:x="20cm" svg:y="8cm"><draw:image><office:binary-data>{png()}</office:binary-data></draw:image><svg:desc>zqpicdesc</svg:desc></draw:frame>'
              '<draw:control svg:width="3cm" svg:height="1cm" svg:x="12cm" svg:y="16cm" draw:control="control2"/>'
              '</table:shapes>')
    forms = """<office:forms form:automatic-focus="false" form:apply-design-mode="false"><form:form form:name="F" form:control-implementation="ooo:com.sun.star.form.component.Form"><form:checkbox form:name="box" form:control-implementation="ooo:com.sun.star.form.component.CheckBox" xml:id="control2" form:id="control2" form:label="zqformlabel"/></form:form></office:forms>"""
    link = '<text:a xlink:type="simple" xlink:href="https://zqlinktarget.example/">zqlinktext</text:a>'
    first = ('<table:table table:name="First" table:style-name="tab">' + forms + shapes +
             '<table:table-column table:style-name="co" table:number-columns-repeated="3"/><table:table-column table:style-name="co" table:visibility="collapse"/><table:table-column table:style-name="co"/>' +
             row(cell("zqcella"), cell("zqcellb", content=note), cell(link), cell("zqhiddencol"), cell("x", content=hidden_note)) +
             row(cell("1234567890123456", kind="float", shown="1.23457E+15"), cell("98765.4321", kind="float", style="ceN", shown="98,765.43"), cell("2024-02-29", kind="date", style="ceD", shown="29.02.2024"), cell("7", kind="float"), cell("8", kind="float", attributes=' table:content-validation-name="val1"')) +
             row(cell("zqhiddenrow"), attributes=' table:visibility="collapse"') +
             row(cell("zqfilteredrow"), attributes=' table:visibility="filter"') +
             row(cell("zqformularesult", attributes=' table:formula="of:=CONCATENATE(&quot;zqformula&quot;;&quot;result&quot;)"'), cell("16", kind="float", attributes=' table:formula="of:=[.D2]+[.E2]+1"'), cell("zqwhite", style="ceWhite"), cell("77003", kind="float", style="ceHide", shown=" ")) +
             row(cell('rich <text:span>zqri</text:span>chtext')) +
             '<table:named-expressions><table:named-range table:name="zqlocalname" table:base-cell-address="$First.$A$1" table:cell-range-address="$First.$A$1"/></table:named-expressions></table:table>')
    second = ('<table:table table:name="zqhiddensheetname" table:style-name="tabhid"><table:table-column/>' + row(cell("zqhiddensheet", content=f'<office:annotation>{p("zqhidsheetcomment")}</office:annotation>')) + '</table:table>')
    third = '<table:table table:name="zqsheetname" table:style-name="tab"><table:table-column/>' + row(cell("zqthird")) + '</table:table>'
    tail = ('<table:named-expressions><table:named-range table:name="zqdefname" table:base-cell-address="$First.$A$1" table:cell-range-address="$First.$A$1:.$B$2"/>'
            '<table:named-expression table:name="zqconstname" table:base-cell-address="$First.$A$1" table:expression="of:=&quot;zqconstvalue&quot;"/></table:named-expressions>'
            '<table:database-ranges><table:database-range table:name="zqdbrange" table:target-range-address="First.A1:First.E2"/></table:database-ranges>')
    return document("spreadsheet", styles, automatic, masters, "<office:spreadsheet>" + validation + first + second + third + tail + "</office:spreadsheet>", macros("zqmacro"))


def slides() -> str:
    styles = """<draw:marker draw:name="A" svg:viewBox="0 0 10 10" svg:d="M0 0"/><style:style style:name="standard" style:family="graphic"/>"""
    automatic = """<style:page-layout style:name="PM1"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/></style:page-layout>
<style:style style:name="dp1" style:family="drawing-page"><style:drawing-page-properties presentation:display-header="true" presentation:display-footer="true" presentation:display-page-number="false" presentation:display-date-time="true"/></style:style>
<style:style style:name="dp2" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>
<style:style style:name="gr" style:family="graphic"><style:graphic-properties draw:fill="none"/></style:style>
<style:style style:name="pr" style:family="presentation"/>
<style:style style:name="white" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>"""
    masters = f"""<style:master-page style:name="Default" style:page-layout-name="PM1" draw:style-name="dp1">
<draw:frame presentation:class="title" presentation:placeholder="true" svg:width="20cm" svg:height="3cm" svg:x="2cm" svg:y="1cm" draw:layer="backgroundobjects"><draw:text-box/></draw:frame>
<draw:frame svg:width="6cm" svg:height="1cm" svg:x="1cm" svg:y="19cm" draw:layer="backgroundobjects"><draw:text-box>{p('zqmastertext')}</draw:text-box></draw:frame>
<draw:frame presentation:class="footer" svg:width="8cm" svg:height="1cm" svg:x="9cm" svg:y="19cm" draw:layer="backgroundobjects"><draw:text-box>{p('<presentation:footer/>')}</draw:text-box></draw:frame>
<presentation:notes style:page-layout-name="PM1"><draw:frame svg:width="6cm" svg:height="1cm" svg:x="1cm" svg:y="1cm"><draw:text-box>{p('zqnotesmaster')}</draw:text-box></draw:frame></presentation:notes>
</style:master-page>"""

    def box(text: str, y: int, extra: str = "") -> str:
        return f'<draw:frame draw:style-name="gr" svg:width="10cm" svg:height="2cm" svg:x="2cm" svg:y="{y}cm"{extra}><draw:text-box>{p(text)}</draw:text-box></draw:frame>'
    notes = ('<presentation:notes draw:style-name="dp1"><draw:page-thumbnail svg:width="10cm" svg:height="7cm" svg:x="2cm" svg:y="1cm" draw:page-number="1" presentation:class="page"/>'
             '<draw:frame presentation:class="notes" svg:width="16cm" svg:height="10cm" svg:x="2cm" svg:y="12cm"><draw:text-box>' + p("say zqnotes") + '</draw:text-box></draw:frame></presentation:notes>')
    table = ('<draw:frame svg:width="12cm" svg:height="3cm" svg:x="2cm" svg:y="12cm"><table:table><table:table-column/><table:table-column/>' +
             f'<table:table-row><table:table-cell>{p("zqcella")}</table:table-cell><table:table-cell>{p("zqcellb")}</table:table-cell></table:table-row></table:table></draw:frame>')
    page1 = ('<draw:page draw:name="zqslidename" draw:style-name="dp1" draw:master-page-name="Default" presentation:use-footer-name="ftr1" presentation:use-header-name="hdr1" presentation:use-date-time-name="dtd1">'
             f'<office:annotation svg:x="1cm" svg:y="1cm"><dc:creator>Cy zqcommentauthor</dc:creator><dc:date>2024-02-29T00:00:00</dc:date>{p("zqcomment")}</office:annotation>'
             '<draw:frame presentation:class="title" presentation:style-name="pr" svg:width="20cm" svg:height="3cm" svg:x="2cm" svg:y="1cm"><draw:text-box>' + p("The zqslidetitle") + '</draw:text-box></draw:frame>' +
             box("body zqbody", 5) + box('<text:a xlink:type="simple" xlink:href="https://zqlinktarget.example/">zqlinktext</text:a> <text:span text:style-name="white">zqwhite</text:span>', 8) + box("far zqoffpage", 60) +
             '<draw:custom-shape draw:name="zqshapename" svg:width="5cm" svg:height="2cm" svg:x="15cm" svg:y="5cm"><svg:title>zqshapetitle</svg:title><svg:desc>zqshapedesc</svg:desc>' + p("zqshapetext") +
             '<draw:enhanced-geometry svg:viewBox="0 0 21600 21600" draw:type="rectangle" draw:enhanced-path="M 0 0 L 21600 0 21600 21600 0 21600 0 0 Z N"/></draw:custom-shape>'
             '<draw:g><draw:rect svg:width="4cm" svg:height="1cm" svg:x="15cm" svg:y="8cm">' + p("zqgroupa") + '</draw:rect><draw:g><draw:rect svg:width="4cm" svg:height="1cm" svg:x="15cm" svg:y="10cm">' + p("zqgroupb") + '</draw:rect></draw:g></draw:g>' +
             table + f'<draw:frame svg:width="1cm" svg:height="1cm" svg:x="20cm" svg:y="8cm"><draw:image><office:binary-data>{png()}</office:binary-data></draw:image><svg:desc>zqpicdesc</svg:desc></draw:frame>'
             '<draw:frame draw:name="zqchartname" svg:width="8cm" svg:height="6cm" svg:x="15cm" svg:y="12cm">' + chart("zq") + '</draw:frame>'
             '<draw:frame draw:name="ole" svg:width="5cm" svg:height="3cm" svg:x="15cm" svg:y="16cm">' + embedded_text("zqembedded") + '</draw:frame>' + notes + '</draw:page>')
    page2 = '<draw:page draw:name="page2" draw:style-name="dp2" draw:master-page-name="Default">' + box("zqhiddenslide", 5) + '<presentation:notes><draw:frame presentation:class="notes" svg:width="16cm" svg:height="10cm" svg:x="2cm" svg:y="12cm"><draw:text-box>' + p("zqhiddennotes") + '</draw:text-box></draw:frame></presentation:notes></draw:page>'
    decls = '<presentation:header-decl presentation:name="hdr1">zqslideheader</presentation:header-decl><presentation:footer-decl presentation:name="ftr1">zqslidefooter</presentation:footer-decl><presentation:date-time-decl presentation:name="dtd1" presentation:source="fixed">zqslidedate</presentation:date-time-decl>'
    return document("presentation", styles, automatic, masters, "<office:presentation>" + decls + page1 + page2 +
                    '<presentation:settings><presentation:show presentation:name="zqcustomshow" presentation:pages="zqslidename"/></presentation:settings></office:presentation>', macros("zqmacro"))


def drawing() -> str:
    body = slides()
    body = body.replace("opendocument.presentation", "opendocument.graphics", 1).replace("<office:presentation>", "<office:drawing>").replace("</office:presentation>", "</office:drawing>")
    body = re.sub(r"<presentation:(header|footer|date-time)-decl.*?</presentation:\1-decl>", "", body)
    body = re.sub(r"<presentation:settings>.*?</presentation:settings>", "", body)
    body = re.sub(r"<presentation:notes.*?</presentation:notes>", "", body, flags=re.S)
    return body


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, text in (("text.fodt", text_document()), ("sheet.fods", spreadsheet()), ("slides.fodp", slides()), ("drawing.fodg", drawing())):
        (out / name).write_text(text, encoding="utf-8")


main()
