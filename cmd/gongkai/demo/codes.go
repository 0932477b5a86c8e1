package demo

import (
	"fmt"
	"math/rand/v2"
)

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditCode makes a valid unified social credit code (GB 32100-2015) from the
// registering authority and kind ("91" for firms, "11" for state organs), the
// division of six digits and the first eight characters of the organisation
// code, both of whose check characters it works out.
func creditCode(kind, division, organisation string) string {
	code := kind + division + organisation + organisationCheck(organisation)
	sum, weight := 0, 1
	for i := range len(code) {
		sum += alphabetIndex(code[i]) * weight
		weight = weight * 3 % 31
	}
	return code + creditAlphabet[(31-sum%31)%31:][:1]
}

// organisationCheck is the check character of GB 11714.
func organisationCheck(body string) string {
	weights := [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i := range 8 {
		c := int(body[i] - '0')
		if body[i] >= 'A' {
			c = int(body[i]-'A') + 10
		}
		sum += c * weights[i]
	}
	switch check := 11 - sum%11; check {
	case 10:
		return "X"
	case 11:
		return "0"
	default:
		return string(rune('0' + check))
	}
}

func alphabetIndex(c byte) int {
	for i := range len(creditAlphabet) {
		if creditAlphabet[i] == c {
			return i
		}
	}
	return 0
}

// firmCode is the credit code of a firm of a division. Its organisation code
// begins with letters, as those given since 2015 do, so that no run of 18
// digits can come about.
func firmCode(r *rand.Rand, division string) string {
	body := []byte("MA")
	for range 6 {
		body = append(body, "0123456789ABCDEFGHJKLMNPQRTUWXY"[r.IntN(31)])
	}
	return creditCode("91", division, string(body))
}

// organCode is the credit code of the n-th organ of a division.
func organCode(division string, n int) string {
	return creditCode("11", division, fmt.Sprintf("MB%06d", 150_000+n*37))
}

// dice gives each dataset its own sequence of numbers, so that a change to one
// leaves the others as they are.
func dice(dataset string) *rand.Rand {
	seed := uint64(14695981039346656037)
	for i := range len(dataset) {
		seed = (seed ^ uint64(dataset[i])) * 1099511628211
	}
	return rand.New(rand.NewPCG(20240501, seed))
}

// pick takes one of a list.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// between takes a number from lo to hi, both included.
func between(r *rand.Rand, lo, hi int64) int64 { return lo + r.Int64N(hi-lo+1) }
