package demo

import "math/rand/v2"

// firm is an invented company.
type firm struct {
	name, code string
	district   int // index into districts
}

// firmTrades are what the names of firms end in.
func firmTrades() []string {
	return []string{
		"餐饮管理有限公司", "食品有限公司", "医药连锁有限公司", "医疗器械有限公司", "电梯工程有限公司", "检测技术有限公司", "建筑工程有限公司",
		"环境科技有限公司", "信息技术有限公司", "办公设备有限公司", "物业服务有限公司", "园林绿化有限公司", "汽车服务有限公司", "商贸有限公司",
	}
}

// firms makes n companies of different names.
func firms(r *rand.Rand, n int, trades []string) []firm {
	first := []rune("恒瑞嘉泽华润清禾云澜汇丰博远启明安泰同和星景诚信新宏永德百合金穗天元")
	second := []rune("盛达通源康顺诺宁成昌佳隆辉佑正利翔宇年林舟岳")
	cities := districts()
	seen := map[string]bool{}
	list := make([]firm, 0, n)
	for len(list) < n {
		at := pick(r, []int{0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 5})
		d := cities[at]
		prefix := "示例市"
		if r.IntN(3) == 0 {
			prefix = d.short
		}
		name := prefix + string(pick(r, first)) + string(pick(r, second)) + pick(r, trades)
		if seen[name] {
			continue
		}
		seen[name] = true
		list = append(list, firm{name, firmCode(r, d.code), at})
	}
	return list
}
