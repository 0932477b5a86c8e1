package catalog

// jobRules are about failures that are ours, not the department's: they end a
// job and say so, so that nobody waits for a result that does not come.
func jobRules() []Rule {
	return []Rule{
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
