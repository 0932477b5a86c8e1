package catalog

// jobRules are about failures that are ours, not the department's: they end a
// job and say so, so that nobody waits for a result that does not come.
func jobRules() []Rule {
	smaller := Text{"请减小文件：删除无关的工作表和空白格式区域，或拆分后上传。", "Make the file smaller: delete sheets and formatted empty areas that are not needed, or split it."}
	return []Rule{
		{"too-many-columns", SeverityError,
			Text{"列数过多", "The table has too many columns"},
			Text{"{where} 的表有 {columns} 列，超过上限 {limit} 列。", "The table on {where} has {columns} columns, more than the {limit} that can be stored."},
			Text{"请把横向排列的内容（如每天一列）改为纵向排列，或拆成几张表后再上传。", "Turn what runs across, such as a column a day, into rows, or split it into several tables."}},
		{"job-limit-time", SeverityError,
			Text{"处理超时", "Reading it took too long"},
			Text{"读取该文件的时间超过了上限 {expected}。上传的文件已保存。", "Reading this file took longer than the limit of {expected}. The uploaded file is kept."}, smaller},
		{"job-limit-cpu", SeverityError,
			Text{"处理耗用的计算时间过多", "Reading it took too much processor time"},
			Text{"读取该文件耗用的处理器时间超过了上限 {expected}。上传的文件已保存。", "Reading this file took more processor time than the limit of {expected}. The uploaded file is kept."}, smaller},
		{"job-limit-memory", SeverityError,
			Text{"处理所需内存过多", "Reading it took too much memory"},
			Text{"读取该文件所需内存超过了上限 {expected}。上传的文件已保存。", "Reading this file took more memory than the limit of {expected}. The uploaded file is kept."}, smaller},
		{"job-broken", SeverityError,
			Text{"处理中断", "The job broke off"},
			Text{"系统未能完成处理：{actual}。上传的文件已保存。", "We could not finish: {actual}. The uploaded file is kept."},
			Text{"请重试；如再次失败，请联系管理员，服务器日志中有原因。", "Try again; if it fails again tell the operator, the server's log has the cause."}},
		{"store-full", SeverityError,
			Text{"存储空间不足", "The store is full"},
			Text{"存储空间不足或无法写入，未生成版本。上传的文件已保存。", "The store has no room or cannot write, so no version was made. The uploaded file is kept."},
			Text{"请管理员清理空间后重试此上传。", "Ask the operator to make room, then retry this upload."}},
	}
}
