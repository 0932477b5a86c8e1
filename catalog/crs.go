package catalog

// The reference systems that coordinates of Chinese departments come in.
// CGCS2000 and WGS 84 differ by less than a metre; the other two are shifted
// on purpose by hundreds, and nothing here ever converts between them.
const (
	WGS84    = "WGS-84"
	CGCS2000 = "CGCS2000" // 国家2000
	GCJ02    = "GCJ-02"   // 高德, 腾讯
	BD09     = "BD-09"    // 百度
)
