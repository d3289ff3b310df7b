/**
 * What the author of a held-back job is told of a rule whose own sentence names columns, releases or kinds of values: which of
 * them it names may be chosen by the data. Rules that are not here say it without a name.
 */
export const TOLD: Readonly<Record<string, string>> = {
  'cell-too-long': '有的字段有过长的值，可能夹带多行原始数据。',
  'identifier-column': '有的字段的值符合证件号码、手机号码一类的编码规则，属于直接标识。',
  'identifier-hits': '有的值符合证件号码、手机号码一类的编码规则，可能是巧合，请人工核对。',
  'rare-values-raw': '有的字段的值与源数据的罕见取值相同。罕见取值能指向具体的个人或者企业。',
  'rare-values-disguised': '有的字段的值是源数据罕见取值的倒序、摘要或者编码。罕见取值能指向具体的个人或者企业。',
  'shape-of-source': '有的字段的分布与源数据字段几乎成直线关系，相当于把源数据逐条缩放、平移或者加少量噪声后输出，可以换算还原。',
  'not-repeatable': '以相同输入重新运行，或者按等价的规范写法运行，得到不同的结果，无法复核。',
  'fails-with-other-entities': '更换一半主体后，同一语句运行出错。语句是否出错取决于具体主体，出错与否本身可能透露信息。',
  'rows-follow-entities': '把主体随机分为两半分别重新运行，结果中有的行或者值只随其中一半出现，说明由单个主体形成（无论如何编码、加密）。',
  'size-follows-entities': '只保留一半主体重新运行，结果随之明显减少，说明结果按主体逐条形成（无论如何编码、加密）。',
  'combination-leaves-few': '本结果的数值与此前出域的结果或者本结果的其他数值经多次相加减，所余主体过少，可据以得出这些主体的数值。',
  'differs-from-earlier-by-few': '本结果与此前出域的结果所涉主体只相差少数几个，两次相减即可得出这些主体的数值。',
  'differs-from-shown-by-few': '本结果与贵单位此前查看过而未出域的结果所涉主体只相差极少数几个，两次相减即可得出这些主体的数值。',
  'differs-from-earlier-by-few-rows': '本结果与此前出域的结果涉及同样的主体，但其中只有少数主体的记录不同（例如多次就诊中的一次），两次相减即可得出这些记录的数值。',
}

/** Sentences on how to mend it that name cells of the result. */
export const TOLD_CURES: Readonly<Record<string, string>> = { 'suppressed-cell-recoverable': '请去掉合计，或把被略去的小组并入其他组一并列出。' }
