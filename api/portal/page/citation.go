package page

// Citation is the page at a citation's permanent address.
type Citation struct {
	Frame
	Title    string    // of the dataset
	Texts    []Quote   // the citation in one line, in both languages
	Standing Standing  // whether the same would be found today
	Now      string    // in words
	Forms    []Link    // the citation for programs
	RowsURL  string    // the rows that were cited; "" where they may no longer be read
	Dataset  Link      // its page, in the version that is cited
	Current  *Link     // the page of the version that is published now, where that is another
	Facts    []Fact    //
	Asked    []FieldOf // the query, part by part; empty for a whole table
	Sentence string    // the query in words, or that it is the whole table; "" where it cannot be said
	ViewURL  string    // the page that shows the rows; "" where none can
}

func (*Citation) name() string { return "citation" }

// Quote is a text to be copied.
type Quote struct{ Language, Text string }

// FieldOf is a part of a query with its name.
type FieldOf struct{ Name, Text string }

// Standing says how a citation stands to what is published now.
type Standing string

// The standings.
const (
	StandsSame  Standing = "same"  // the same query gives the same rows
	StandsOther Standing = "other" // it gives others
	StandsOpen  Standing = "open"  // it cannot be asked any more, or nothing is published
	StandsGone  Standing = "gone"  // what was cited was withdrawn
)

// Citation heads the page of one.
func (w *Words) Citation() string { return w.pick("数据引用", "Citation of data") }

// CiteAs heads the texts to be copied.
func (w *Words) CiteAs() string { return w.pick("引用格式", "Cite as") }

// WhatIsCited heads what the citation is about.
func (w *Words) WhatIsCited() string { return w.pick("引用的内容", "What is cited") }

// WholeTable says that no rows were left out.
func (w *Words) WholeTable() string { return w.pick("整张数据表", "The whole table") }

// CitedRows leads to the rows.
func (w *Words) CitedRows() string {
	return w.pick("下载所引用的行（CSV）", "Download the cited rows (CSV)")
}

// CheckHash says how a reader checks that the rows are those that were cited.
func (w *Words) CheckHash() string {
	return w.pick("核对方法：下载上述 CSV 文件，用 sha256sum（Windows 为 certutil -hashfile 文件 SHA256）计算，应与 SHA-256 一致。", "To check them: download the CSV and compute its SHA-256 with sha256sum (on Windows certutil -hashfile FILE SHA256); it is the one above.")
}

// CitedOnPage leads to the page that shows the rows.
func (w *Words) CitedOnPage() string { return w.pick("在页面上查看", "See them on their page") }

// FactCitedRows names the number of rows.
func (w *Words) FactCitedRows() string { return w.pick("行数", "Rows") }

// FactCitedTable names the table, where there are several.
func (w *Words) FactCitedTable() string { return w.pick("数据表", "Table") }

// FactCalledNow names the title that the dataset has got since.
func (w *Words) FactCalledNow() string { return w.pick("数据集现名", "The dataset is now called") }

// FactCitedOn names the day of the citation.
func (w *Words) FactCitedOn() string { return w.pick("引用日期", "Cited on") }

// CitedSame says that nothing has changed.
func (w *Words) CitedSame() string {
	return w.pick("现在公布的数据给出同样的结果。", "The data published now gives the same answer.")
}

// CitedNothing says that there is nothing to compare with.
func (w *Words) CitedNothing() string {
	return w.pick("该数据集现在没有公布的版本。", "No version of the dataset is published now.")
}

// CitedOther says that newer data gives another answer.
func (w *Words) CitedOther(version int, rows int64) string {
	return w.pick("数据已更新：同样的查询在"+w.VersionNumber(version)+"中给出不同的结果（"+w.Rows(rows)+"）。", "The data has changed: the same query gives another answer in "+w.VersionNumber(version)+" ("+w.Rows(rows)+").")
}

// CitedUnasked says that the query fits the newer data no more.
func (w *Words) CitedUnasked(version int) string {
	return w.pick("数据已更新："+w.VersionNumber(version)+"的结构不同，无法再作同样的查询。", "The data has changed: "+w.VersionNumber(version)+" has another structure, and the same cannot be asked of it.")
}

// TheFirst says that only so many of the rows of a query are cited.
func (w *Words) TheFirst(n int, of string) string {
	return w.pick("前 "+w.Rows(int64(n))+"："+of, "the first "+w.Rows(int64(n))+": "+of)
}

// CitedLater says that nobody has looked whether the newer data gives the same.
func (w *Words) CitedLater(version int) string {
	return w.pick("数据已更新为"+w.VersionNumber(version)+"，现在来不及比较结果是否相同，请稍后再看。", "The data has been updated to "+w.VersionNumber(version)+"; it could not be compared just now. Look again later.")
}

// CitedGone says that what was cited was withdrawn, and why.
func (w *Words) CitedGone(reason string) string {
	if reason == "" {
		return w.pick("所引用的版本已被撤回，数据不再提供。", "The version cited was withdrawn; its data is no longer given out.")
	}
	return w.pick("所引用的版本已被撤回，数据不再提供。理由："+reason, "The version cited was withdrawn; its data is no longer given out. Reason: "+reason)
}

// CiteThis is on the button that makes a citation of what is seen.
func (w *Words) CiteThis() string { return w.pick("引用所见数据", "Cite what you see") }

// DataPackage leads to a version as a data package.
func (w *Words) DataPackage() string {
	return w.pick("整个版本的数据包（ZIP）", "The whole version as a data package (ZIP)")
}

// Subscribe leads to the feed of versions.
func (w *Words) Subscribe() string {
	return w.pick("订阅更新（Atom）", "Subscribe to updates (Atom)")
}
