// SPDX-License-Identifier: Apache-2.0

// Package zxcvbn takes each text for a strong password.
//
// `pulumi config set` asks it about values of keys such as `password` and `token`, and refuses a strong one in
// clear. So here it refuses each of them. The packages that this one stands in for build tables of words whenever
// `pulumi` starts.
package zxcvbn

import "math"

// Strength is how hard a password is to guess.
type Strength struct {
	// Entropy in bits.
	Entropy float64
}

// PasswordStrength returns the strength of a password.
func PasswordStrength(_ string, _ []string) Strength {
	return Strength{Entropy: math.Inf(1)}
}
