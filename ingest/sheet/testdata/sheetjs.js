// sheetjs.js XLSX-PACKAGE-FOLDER FILE...: what SheetJS reads of each file, one line of JSON each.
const X = require(process.argv[2]);
const errors = { 0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A", 43: "#GETTING_DATA" };
for (const path of process.argv.slice(3)) {
  const book = X.readFile(path, { cellNF: true, cellStyles: true, cellText: false, cellFormula: true, cellHTML: false });
  const info = book.Workbook || {};
  const out = { date1904: !!(info.WBProps || {}).date1904, sheets: [] };
  book.SheetNames.forEach((name, i) => {
    const ws = book.Sheets[name];
    const sheet = { name, type: ws["!type"] || "sheet", hidden: !!((info.Sheets || [])[i] || {}).Hidden, cells: [], merges: [], rows: [], cols: [] };
    for (const m of ws["!merges"] || []) sheet.merges.push([m.s.r + 1, m.s.c + 1, m.e.r + 1, m.e.c + 1]);
    (ws["!rows"] || []).forEach((r, k) => r && r.hidden && sheet.rows.push(k + 1));
    (ws["!cols"] || []).forEach((c, k) => c && c.hidden && sheet.cols.push(k + 1));
    for (const a of Object.keys(ws)) {
      if (a[0] === "!" || ws[a].t === "z") continue;
      const c = ws[a], at = X.utils.decode_cell(a);
      sheet.cells.push({ row: at.r + 1, col: at.c + 1, type: c.t, value: String(c.t === "e" ? errors[c.v] : c.v), format: c.z === undefined ? "" : String(c.z) });
    }
    out.sheets.push(sheet);
  });
  console.log(JSON.stringify(out));
}
