/** Check characters of Chinese identifiers, so that synthetic ones look right to a checker while they can belong to nobody. */

const residentWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const residentChecks = '10X98765432'

/** Check character of the first 17 digits of a resident identity number (GB 11643, ISO 7064 MOD 11-2). */
export function residentCheck(digits: string): string {
  const sum = residentWeights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0)
  return residentChecks.charAt(sum % residentChecks.length)
}

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** Check character of the first 17 characters of a unified social credit code (GB 32100, MOD 31). */
export function creditCheck(characters: string): string {
  const sum = creditWeights.reduce((total, weight, index) => total + weight * creditAlphabet.indexOf(characters.charAt(index)), 0)
  return creditAlphabet.charAt((creditAlphabet.length - (sum % creditAlphabet.length)) % creditAlphabet.length)
}

const organizationAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const organizationWeights = [3, 7, 9, 10, 5, 8, 4, 2]
const organizationModulus = 11

/** Check character of the first 8 characters of an organization code (GB 11714, MOD 11). */
export function organizationCheck(characters: string): string {
  const sum = organizationWeights.reduce((total, weight, index) => total + weight * organizationAlphabet.indexOf(characters.charAt(index)), 0)
  const check = organizationModulus - (sum % organizationModulus)
  if (check === organizationModulus) return '0'
  return check === organizationModulus - 1 ? 'X' : String(check)
}

/** A region code that GB/T 2260 assigns to no place: no province begins with 99. */
export function impossibleRegion(districtIndex: number): string {
  return `99${String(districtIndex + 1).padStart(4, '0')}`
}
