// toxlsb.js XLSX-PACKAGE-FOLDER OUT-FOLDER FILE...: writes each workbook as OUT-FOLDER/0.xlsb, 1.xlsb, ...
const X = require(process.argv[2]);
process.argv.slice(4).forEach((path, i) => {
  const book = X.readFile(path, { cellNF: true, cellStyles: true });
  X.writeFile(book, process.argv[3] + "/" + i + ".xlsb", { bookType: "xlsb", bookSST: i % 2 === 0, compression: true });
});
