package annotate

import (
	"strconv"

	"gongkai/catalog"
)

// words are the texts of one language.
type words struct {
	sheet, title, file, hint, rewritten, copied string
	head                                        []string
	zh                                          bool
}

func wordsOf(lang catalog.Lang) words {
	if lang == catalog.EN {
		return words{
			sheet: "Findings", title: "Findings of Gongkai", file: "File: ",
			hint:      "Red cells block publication, amber ones want somebody's agreement; each has a comment. Of every finding the first ten cells are marked; the count says how many there are. This sheet is not read when the workbook is sent again.",
			rewritten: "The file is not as spreadsheet programs write it, so its cells were written anew, as they were read; formulas, charts and other content are not in this copy.",
			copied:    "The file is no xlsx; this copy holds its cells as they were read.",
			head:      []string{"Severity", "Code", "Where", "Finding", "Expected", "Actual", "What to do", "Count", "More cells"},
		}
	}
	return words{
		zh: true, sheet: "问题", title: "Gongkai 检查结果", file: "文件：",
		hint:      "红色单元格的问题阻止发布，橙色需要有人确认；每个都带批注。每个问题只标出前十个单元格，总数见“数量”。再次上传本工作簿时，这张表不作为数据读取。",
		rewritten: "文件的结构与表格软件所写的不同，单元格按读到的内容重新写出；公式、图表和其他内容不在这份副本中。",
		copied:    "文件不是 xlsx，这份副本只含读到的单元格。",
		head:      []string{"级别", "代码", "位置", "问题", "应为", "实为", "处理办法", "数量", "其他单元格"},
	}
}

func (w words) severity(s catalog.Severity) string {
	names := [...]string{"Error", "Warning", "Note"}
	if w.zh {
		names = [...]string{"错误", "警告", "提示"}
	}
	return names[gravity(s)]
}

func (w words) fewerFindings(most, all int) string {
	if w.zh {
		return "共有 " + strconv.Itoa(all) + " 个问题，只列出最重要的 " + strconv.Itoa(most) + " 个。"
	}
	return "There are " + strconv.Itoa(all) + " findings; the " + strconv.Itoa(most) + " most important are listed."
}

func (w words) fewerMarks(most int) string {
	if w.zh {
		return "只标出了 " + strconv.Itoa(most) + " 个单元格，其余的问题请看列表。"
	}
	return "Only " + strconv.Itoa(most) + " cells are marked; see the list for the others."
}

func (w words) fewerRows(name string, rows int) string {
	if name != "" {
		name = " " + strconv.Quote(name)
	}
	if w.zh {
		return "工作表" + name + " 只复制到第 " + strconv.Itoa(rows) + " 行。"
	}
	return "Of the sheet" + name + " only the rows up to " + strconv.Itoa(rows) + " were copied."
}
