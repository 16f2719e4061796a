// Source code among what people write: lines, stretches, and texts that look like it and are none.
#include "policy/source_code.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace postern::policy {
namespace {

struct LineCase {
  std::string_view line;
  LineKind kind;
};

const LineCase kLines[] = {
    {"", LineKind::blank},
    {"  \t", LineKind::blank},
    {"> ", LineKind::blank},
    {"}", LineKind::filler},
    {"});", LineKind::filler},
    {"// a remark", LineKind::filler},
    {"# a remark", LineKind::filler},
    {"#include <vector>", LineKind::code},
    {"int main(int argc, char** argv) {", LineKind::code},
    {"  for (size_t i = 0; i < n; i++) {", LineKind::code},
    {"  total += price[i] * rate;", LineKind::code},
    {"return result;", LineKind::code},
    {"public static void main(String[] args) {", LineKind::code},
    {"const rows = await db.query(sql);", LineKind::code},
    {"items.forEach(item => total += item.price);", LineKind::code},
    {"def rate(self, order):", LineKind::code},
    {"    if order.total > 100:", LineKind::code},
    {"    return self.rates[order.kind]", LineKind::likely},
    {"from os import path, environ, getcwd, listdir", LineKind::code},
    {"SELECT name, price FROM orders", LineKind::code},
    {"WHERE price > 100 AND state = 'open'", LineKind::likely},
    {"#!/bin/sh", LineKind::code},
    {"if [ -z \"$1\" ]; then", LineKind::code},
    {"fi", LineKind::code},
    {"export PATH=$HOME/bin:$PATH", LineKind::code},
    {"[database]", LineKind::likely},
    {"max_connections = 100", LineKind::code},
    {"> const rate = price * volume;", LineKind::code},
    {"+    self.rate = compute(order)", LineKind::code},
    {"12: rate = compute(order);", LineKind::code},
    {"Please find attached the offer for the second quarter.", LineKind::other},
    {"If you have any questions, do not hesitate to call me.", LineKind::other},
    {"Return the signed copy to Ms Adler (second floor)", LineKind::other},
    {"For this we need the following:", LineKind::other},
    {"Import of goods from China is delayed", LineKind::other},
    {"class of 2026, a reunion", LineKind::other},
    {"Wir treffen uns am Montag um zehn; danach gibt es Kaffee", LineKind::other},
    {"2026-11-27 10:12:01 ERROR db.Pool - connection lost (timeout=30)", LineKind::other},
    {"[27/Nov/2026:10:12:01 +0000] \"GET /index.html HTTP/1.1\" 200", LineKind::other},
    {"Nov 27 10:12:01 host sshd[812]: Accepted publickey for ann", LineKind::other},
    {"    at com.example.Order.total(Order.java:12)", LineKind::other},
    {"4711,Adler,Anna,Berlin,129.50", LineKind::other},
    {"4711;Adler;Anna;Berlin;129,50", LineKind::other},
    {"Name\tStreet\tTown\tAmount", LineKind::other},
    {"<p>Dear Ann, see below</p>", LineKind::other},
    {"* fixes a typo (see above)", LineKind::other},
};

TEST(SourceCodeLines, ByWhatTheyAreMadeOf) {
  constexpr const char* kNames[] = {"blank", "code", "likely", "filler", "other"};
  for (const LineCase& c : kLines) {
    EXPECT_STREQ(kNames[static_cast<int>(kind_of_line(c.line))], kNames[static_cast<int>(c.kind)]) << c.line;
  }
}

std::vector<std::uint32_t> lines_of(std::string_view text) {
  std::vector<std::uint32_t> out;
  CodeReader reader(text);
  for (CodeStretch stretch; reader.next(stretch);) {
    EXPECT_LT(stretch.range.begin, stretch.range.end);
    EXPECT_LE(stretch.range.end, text.size());
    out.push_back(stretch.lines);
  }
  return out;
}

struct TextCase {
  const char* name;
  std::string_view text;
  std::uint32_t least;  // lines of the one stretch; 0: there is none
};

const TextCase kTexts[] = {
    {"C++",
     R"(Hi Ann, here it is:

/* Works out the total.
 * Rates are those of the year. */
#include "order.h"

double total(const Order& order) {
  double sum = 0;
  for (const Item& item : order.items) {
    sum += item.price * item.count;
  }
  return sum;
}

Best regards
Bob)",
     8},
    {"Java",
     R"(package com.example.orders;

import java.util.List;

public class Total {
    private final List<Item> items;

    public Total(List<Item> items) {
        this.items = items;
    }

    public double sum() {
        return items.stream().mapToDouble(Item::price).sum();
    }
})",
     11},
    {"JavaScript",
     R"(const express = require('express');
const app = express();

app.get('/orders/:id', async (req, res) => {
  const order = await db.find(req.params.id);
  if (!order) {
    return res.status(404).end();
  }
  res.json({ id: order.id, total: order.total });
});)",
     8},
    {"Python",
     R"(import os
from decimal import Decimal


class Order:
    def __init__(self, items):
        self.items = items

    def total(self):
        rate = Decimal(os.environ["RATE"])
        for item in self.items:
            yield item.price * rate)",
     9},
    {"SQL",
     R"(SELECT c.name, SUM(o.total) AS total
FROM customers c
INNER JOIN orders o ON o.customer_id = c.id
WHERE o.state = 'open'
GROUP BY c.name
ORDER BY total DESC;)",
     6},
    {"shell",
     R"(#!/bin/sh
set -eu
out=$(mktemp -d)
for file in "$@"; do
  if [ ! -f "$file" ]; then
    echo "no such file: $file" >&2
    exit 1
  fi
  cp "$file" "$out/"
done)",
     10},
    {"settings",
     R"([database]
host = db.example.com
pool_size = 20
statement_timeout = 30s

[cache]
max_entries = 10000
evict_after = 300s)",
     7},
    {"quoted by a reply",
     R"(On Monday Bob wrote:
> def total(self):
>     rate = lookup(self.kind)
>     return self.price * rate
>
> def kind(self):
>     return self.kinds[self.index]
Why not cache it?)",
     5},
    {"a patch",
     R"(--- a/order.c
+++ b/order.c
@@ -1,4 +1,5 @@
 double total(struct order *o) {
-  return o->price;
+  double rate = rate_of(o->kind);
+  return o->price * rate;
 })",
     5},
    {"a letter",
     R"(Dear Ms Adler,

thank you for your call; we are glad that the machine runs again. For the spare
part (number 4711) we charge 129.50 EUR, the visit is free of charge. If you
need anything else, call me.

While we are at it: the new catalogue is out, see page 12 (colour) and 14.

Best regards
Bob Bauer)",
     0},
    {"a list of points",
     R"(Agenda:
- numbers of the quarter (Ann)
- new price list: see the table
- import from Spain, delays
- return of the old machines
1. travel
2. costs = 1200 EUR
3. open points)",
     0},
    {"a log",
     R"(2026-11-27 10:12:01 INFO  start (pid=812)
2026-11-27 10:12:02 WARN  pool.size=20 is low
2026-11-27 10:12:03 ERROR db.Pool: connection lost; retry()
2026-11-27 10:12:04 INFO  done
Exception in thread "main" java.lang.IllegalStateException
    at com.example.Order.total(Order.java:12)
    at com.example.Main.main(Main.java:7))",
     0},
    {"rows of values",
     R"(id,name,town,amount
4711,Adler,Berlin,129.50
4712,Bauer,Hamburg,80.00
4713,Conrad,Ulm,12.00
id;name;town;amount
4711;Adler;Berlin;129,50
4712;Bauer;Hamburg;80,00
4713;Conrad;Ulm;12,00)",
     0},
    {"addresses and numbers",
     R"(Example Corp
12 High Street; London W1A 1AA
Tel. +44 (0)20 7946 0018
VAT GB123456789
www.example.com
info@example.com)",
     0},
    {"hashes",
     R"(9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  a.tar.gz
3b18e512dba79e4c8300dd08aeb37f8e728b8dad
TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0aGlz
IHNpbmd1bGFyIHBhc3Npb24gZnJvbSBvdGhlciBhbmltYWxzLCB3aGljaCBpcyBhIGx1c3Qgb2Yg
dGhlIG1pbmQsIHRoYXQgYnkgYSBwZXJzZXZlcmFuY2Ugb2YgZGVsaWdodA==)",
     0},
    {"markup",
     R"(<html><body>
<p style="color: red">Dear Ann</p>
<a href="https://example.com/?a=1&b=2">see here</a>
<table><tr><td>1</td><td>2</td></tr></table>
</body></html>)",
     0},
    {"changes of a package",
     R"(  [ Ann Adler ]
  * Update the list of tools (Closes: #946253)
  * lib/order.c: check the result of malloc()

  [ Bob Bauer ]
  * New upstream release.
  * debian/control: bump standards_version)",
     0},
    {"the header of a mail",
     R"(DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com;
 s=sel1; t=1764240000; h=from:to:subject:date;
 bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=; b=abc; q=dns/txt;
ARC-Seal: i=1; a=rsa-sha256; t=1764240000; cv=none;
 d=example.com; s=arc; b=q7Rw2Tz9Kp4Xs8Vn3Yb6Md1L==
Received: from mx.example.com (mx.example.com [192.0.2.1])
 by mail.example.org (Postfix) with ESMTPS id 4711abc (using TLS_1_3)
Content-Type: multipart/mixed; boundary="a_b_c")",
     0},
    {"a figure a line", "net = 1200\ncost = 800\nrest = 400\ntax = 80\nall = 2480\n", 0},
    {"an event",
     "BEGIN:VEVENT\nDTSTART;TZID=Europe/Berlin:20261127T100000\nRRULE:FREQ=WEEKLY;BYDAY=MO\nSUMMARY:Team\nEND:VEVENT\n",
     0},
    {"a remark with one line of it", "Just call total(order) and look at result.sum; that is all.", 0},
};

TEST(SourceCode, StretchesOfItAndNothingElse) {
  for (const TextCase& c : kTexts) {
    const std::vector<std::uint32_t> lines = lines_of(c.text);
    if (c.least == 0) {
      EXPECT_TRUE(lines.empty()) << c.name << ": " << (lines.empty() ? 0 : lines[0]);
      continue;
    }
    ASSERT_EQ(lines.size(), 1U) << c.name;
    EXPECT_GE(lines[0], c.least) << c.name;
    EXPECT_LE(lines[0], c.least + 4) << c.name;
  }
}

TEST(SourceCode, StretchesAreApart) {
  const std::string code = "int a = first(x);\nint b = second(y);\nreturn a + b;\n";
  const std::string prose = "This is a sentence that goes on.\nHere is the next one of them.\nAnd one more of these.\n";
  EXPECT_EQ(lines_of(code + prose + code), (std::vector<std::uint32_t>{3, 3}));
  EXPECT_EQ(lines_of(code + "\n" + code), (std::vector<std::uint32_t>{6}));
}

TEST(SourceCode, HostileTextsEnd) {
  for (const char c : {'(', '>', '\n', '\'', '/', '\xff'}) EXPECT_TRUE(lines_of(std::string(100'000, c)).empty()) << c;
  for (const std::string_view text : {"/*", "/*\n\n\n\n", "\xff\xfe\xfd", "int f(\n"}) {
    EXPECT_TRUE(lines_of(text).empty()) << text;
  }
}

}  // namespace
}  // namespace postern::policy
