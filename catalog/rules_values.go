package catalog

// valueRules are about what the recipe decided of a column's values, and about
// what values mean beyond their type.
func valueRules() []Rule {
	return []Rule{
		{"column-retyped", SeverityError,
			Text{"字段类型与配方不符", "A column is of another type than the recipe says"},
			Text{"“{column}”列按配方应为{expected}，但有 {count} 个值不符（如“{example}”：{cells}），此次读作{actual}。", "The recipe says that {column} is {expected}, but {count} values are not, such as {example} ({cells}); it was read as {actual}."},
			Text{"请更正这些单元格后重新上传；若类型确已改变，请修改配方。", "Correct these cells and upload again; if the type did change, change the recipe."}},
		{"small-count-suppressed", SeverityInfo,
			Text{"过小的计数已隐去", "Small counts are left out"},
			Text{"“{column}”列有 {count} 个大于 0 且小于 {below} 的计数，以及能由相减推出它们的合计，已按空值发布，原文不保留：{cells}。", "Counts of {column} above zero and below {below}, and totals that would give one away by subtraction, are left out ({count}); nothing of them is kept: {cells}."},
			Text{"", ""}},
		{"column-dropped", SeverityInfo,
			Text{"含个人信息的字段不发布", "A column with personal information is left out"},
			Text{"“{column}”列按决定不保存、不发布。依据：{basis}。", "The column {column} is neither stored nor published, as was decided: {basis}."},
			Text{"", ""}},
		{"column-masked", SeverityInfo,
			Text{"个人信息已脱敏", "Personal information is masked"},
			Text{"“{column}”列的 {count} 个值按决定脱敏后发布，原值不保留。依据：{basis}。", "The values of {column} ({count}) are masked, as was decided, and nothing else of them is kept: {basis}."},
			Text{"", ""}},
		{"identifier-invalid", SeverityWarning,
			Text{"编码不合规则", "Codes that break their rule"},
			Text{"“{column}”列是{kind}，有 {count} 个不合规则（如“{actual}”：{why}），按原样保留：{cells}。", "{column} holds {kind}, and some break the rule ({count}, such as {actual}: {why}). They are kept as they are: {cells}."},
			Text{"请核对并更正这些编码。", "Check these codes and correct them."}},
		{"coordinates-crs-unknown", SeverityInfo,
			Text{"坐标系未知", "The coordinate system is not known"},
			Text{"“{column}”列是经纬度，但没有说明采用何种坐标系（WGS-84、GCJ-02、BD-09、CGCS2000）；数值按原样发布，未作转换。", "{column} holds coordinates, but nothing names their system (WGS-84, GCJ-02, BD-09, CGCS2000). The values are published as they are, nothing is converted."},
			Text{"请在表头或说明中写明坐标系，或在配方中填写 crs。", "Name the system in the header or the notes, or as crs in the recipe."}},
		{"coordinates-swapped", SeverityWarning,
			Text{"经度与纬度可能写反", "Longitude and latitude may be swapped"},
			Text{"有 {count} 条记录的纬度超出 ±90 而经度没有（如“{actual}”），经纬度可能写反；按原样保留：{cells}。", "In some records the latitude is beyond ±90 and the longitude is not ({count}, such as {actual}): they may be swapped. They are kept as they are: {cells}."},
			Text{"请核对这些记录，把经度与纬度填到各自的列。", "Check these records and write each value into its own column."}},
		{"coordinates-out-of-range", SeverityWarning,
			Text{"坐标超出范围", "Coordinates out of range"},
			Text{"“{column}”列有 {count} 个值超出 ±{expected} 度（如“{actual}”），按原样保留：{cells}。", "Some values of {column} are beyond ±{expected} degrees ({count}, such as {actual}). They are kept as they are: {cells}."},
			Text{"请更正这些坐标。", "Correct these coordinates."}},
		{"coordinates-as-text", SeverityInfo,
			Text{"坐标以度分秒书写", "Coordinates are written in degrees, minutes and seconds"},
			Text{"“{column}”列有 {count} 个坐标以度分秒书写（如“{actual}”），按文本发布，未作换算。", "Coordinates of {column} are written in degrees, minutes and seconds ({count}, such as {actual}); they are published as text, nothing is converted."},
			Text{"请改写为十进制的度，例如 116.391。", "Write them as decimal degrees, such as 116.391."}},
	}
}
