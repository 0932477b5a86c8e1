package catalog

// checkRules are about what the values say: quality, declared rules, personal
// information, and what changed since the last version.
func checkRules() []Rule {
	all := qualityRules()
	for _, part := range [][]Rule{declaredRules(), personRules(), driftRules()} {
		all = append(all, part...)
	}
	return all
}

// qualityRules are about values that say little, or too much.
func qualityRules() []Rule {
	return []Rule{
		{"column-empty", SeverityInfo,
			Text{"字段全空", "An empty column"},
			Text{"“{column}”列没有任何值。", "The column {column} has no value at all."},
			Text{"如无用处，请删除该列。", "Delete the column if it serves nothing."}},
		{"column-constant", SeverityInfo,
			Text{"字段只有一个值", "A column of one value"},
			Text{"“{column}”列的 {count} 个值都是“{actual}”。", "All {count} values of {column} are {actual}."},
			Text{"", ""}},
		{"row-duplicate", SeverityInfo,
			Text{"重复的行", "Duplicate rows"},
			Text{"有 {count} 行与前面的行完全相同：{cells}。", "{count} rows equal an earlier row in every column: {cells}."},
			Text{"请确认是否重复录入。", "Check whether they were entered twice."}},
		{"small-count", SeverityWarning,
			Text{"人数过小，可能识别到个人", "Counts of people that are very small"},
			Text{"“{column}”列有 {count} 个人数小于 {expected} 的单元格，结合其他信息可能识别到个人：{cells}。", "The column {column} counts people, and some cells are above zero and below {expected} ({count}): with what else is known they may point at somebody: {cells}."},
			Text{"请在配方的 small_counts 中设置 suppress 以隐去这些数，或由负责人确认可以公开。", "Suppress them: small_counts with suppress in the recipe; or acknowledge that they may be public."}},
		{"small-count-derivable", SeverityWarning,
			Text{"由同一行可能推算出已隐去的计数", "What stands beside a count that is left out may tell it"},
			Text{"“{column}”列在 {count} 个已隐去计数的行中仍有比率、平均数或写明人数的文字，可能由此推算出被隐去的数：{cells}。", "In rows of which a count is left out, {column} still has a rate, a mean or a text that tells how many ({count}), from which it may be computed: {cells}."},
			Text{"请将该列一并隐去（配方中 personal 的 action 设为 drop），或由负责人确认不能推算。", "Leave the column out, too (personal with the action drop in the recipe), or acknowledge that nothing can be computed from it."}},
		{"data-stale", SeverityWarning,
			Text{"数据早于更新周期", "The data are older than the update cycle"},
			Text{"数据最新到 {actual}，按更新周期（{expected}）应当更新。", "The latest period in the data is {actual}; by the update cycle ({expected}) they should be newer."},
			Text{"请上传最新一期，或在描述中更正更新周期。", "Send the newest data, or correct the update cycle of the dataset."}},
		{"data-future", SeverityWarning,
			Text{"数据的时期在将来", "The data are of the future"},
			Text{"{where} 的时期 {actual} 晚于今天一个更新周期以上，可能是笔误。", "The period {actual} at {where} lies more than one update cycle ahead; is it a typing error?"},
			Text{"请核对日期；如为预测或规划数据，确认即可。", "Check the date; acknowledge it if these are forecasts or plans."}},
		{"findings-left-out", SeverityInfo,
			Text{"同类问题未全部列出", "More findings of one kind"},
			Text{"另有 {count} 个问题“{actual}”未列出。", "Of the findings {actual} not all are listed: {count} more."},
			Text{"请先处理已列出的，再次上传时会列出其余的。", "Deal with those that are listed; the next upload names what is left."}},
	}
}

// declaredRules are about rules that a recipe declares.
func declaredRules() []Rule {
	correct := Text{"请更正这些单元格；如规则有误，请修改配方。", "Correct these cells, or the rule in the recipe."}
	return []Rule{
		{"rule-required", SeverityError,
			Text{"必填字段为空", "Values are missing where they are required"},
			Text{"“{column}”列必须填写，有 {count} 条记录为空：{cells}。", "The column {column} must have a value in every record, but some have none ({count}): {cells}."},
			correct},
		{"rule-unique", SeverityError,
			Text{"应当唯一的值重复", "Values that should be unique come again"},
			Text{"“{column}”列的值应各不相同，有 {count} 个与前面的重复（如“{actual}”）：{cells}。", "The values of {column} must differ, but some come again ({count}, such as {actual}): {cells}."},
			correct},
		{"rule-enum", SeverityError,
			Text{"不在允许的取值之内", "Values that are not allowed"},
			Text{"“{column}”列只能是 {expected}，有 {count} 个值不是（如“{actual}”）：{cells}。", "The column {column} may hold {expected}, but some values are none of these ({count}, such as {actual}): {cells}."},
			correct},
		{"rule-pattern", SeverityError,
			Text{"不符合规定的格式", "Values that do not match the pattern"},
			Text{"“{column}”列应符合 {expected}，有 {count} 个值不符（如“{actual}”）：{cells}。", "The values of {column} must match {expected}, but some do not ({count}, such as {actual}): {cells}."},
			correct},
		{"rule-minimum", SeverityError,
			Text{"小于最小值", "Values below the minimum"},
			Text{"“{column}”列不得小于 {expected}，有 {count} 个值更小（如 {actual}）：{cells}。", "The values of {column} must be at least {expected}, but some are below ({count}, such as {actual}): {cells}."},
			correct},
		{"rule-maximum", SeverityError,
			Text{"大于最大值", "Values above the maximum"},
			Text{"“{column}”列不得大于 {expected}，有 {count} 个值更大（如 {actual}）：{cells}。", "The values of {column} must be at most {expected}, but some are above ({count}, such as {actual}): {cells}."},
			correct},
		{"rule-length", SeverityError,
			Text{"长度不符", "Texts that are too short or too long"},
			Text{"“{column}”列的长度应为 {expected} 个字符，有 {count} 个值不符（如“{actual}”）：{cells}。", "The texts of {column} must have {expected} characters, but some have not ({count}, such as {actual}): {cells}."},
			correct},
		{"rule-reference", SeverityError,
			Text{"引用的值不存在", "Values that the referenced column has not"},
			Text{"“{column}”列的值应在 {expected} 中，有 {count} 个不在（如“{actual}”）：{cells}。", "The values of {column} must occur in {expected}, but some do not ({count}, such as {actual}): {cells}."},
			correct},
		{"rule-unchecked", SeverityWarning,
			Text{"有规则无法检查", "A rule could not be checked"},
			Text{"“{column}”列的规则 {expected} 无法检查：{why}。", "The rule {expected} of {column} could not be checked: {why}."},
			Text{"请修改配方中的规则或字段类型，或在表中补上该列。", "Correct the rule or the type in the recipe, or bring the column back into the table."}},
		{"key-duplicate", SeverityError,
			Text{"主键重复", "Two records of one key"},
			Text{"主键（{expected}）应当唯一，有 {count} 条记录与前面的重复（如“{actual}”）：{cells}。", "The key ({expected}) must tell records apart, but some repeat an earlier one ({count}, such as {actual}): {cells}."},
			Text{"请更正重复的记录，或修改配方中的主键。", "Correct the records, or the key in the recipe."}},
		{"key-blank", SeverityError,
			Text{"主键为空", "Records without a key"},
			Text{"主键（{expected}）必须填写，有 {count} 条记录缺失：{cells}。", "Every record needs its key ({expected}), but some lack it ({count}): {cells}."},
			Text{"请补全这些单元格，或修改配方中的主键。", "Fill in these cells, or change the key in the recipe."}},
	}
}
