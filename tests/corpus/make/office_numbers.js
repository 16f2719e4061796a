// Makes tests/corpus/revenge/sheet.numbers: node office_numbers.js OUT, with xlsx@0.18 installed beside. The file is a zip
// whose members are stored; `zip -9` packs them anew.
const X = require("xlsx"), templates = require("xlsx/dist/xlsx.zahl.js");
const book = X.utils.book_new();
X.utils.book_append_sheet(book, X.utils.aoa_to_sheet([["Project Nightjar", 42], ["second", 7]]), "Sheet");
X.writeFile(book, process.argv[2], {bookType: "numbers", numbers: templates});
