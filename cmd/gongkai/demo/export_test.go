package demo

// ValidCreditCode checks both check characters of a unified social credit
// code the long way round: independently of how they are made.
func ValidCreditCode(code string) bool {
	if len(code) != 18 {
		return false
	}
	weights := [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	sum := 0
	for i, w := range weights {
		sum += w * alphabetIndex(code[i])
	}
	return creditAlphabet[(31-sum%31)%31] == code[17] && organisationCheck(code[8:16]) == code[16:17]
}
