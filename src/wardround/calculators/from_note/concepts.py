"""The words for what the scores ask about: one pattern per criterion, under the name that the scores' inputs have.

A name with a calculator before it (`caprini.cancer`) is that score's own meaning of the criterion.
"""

from __future__ import annotations

import re
from typing import Final

_CANCER: Final = (
    r"(?:cancers?(?! screen| anti)|carcinomas?|malignan(?:cy|cies|t)|adenocarcinomas?|lymphomas?|leuka?emias?|metasta\w+|sarcomas?|melanomas?|neoplas(?:m|ms|ia|tic disease)"
    r"|tumou?rs?(?! necrosis| marker)|glioblastoma|myeloma)"
)
_MI: Final = r"(?:myocardial infarct\w*|heart attacks?|n?-?stemi\b|acute coronary syndrome|non-?st[- ](?:segment )?elevation|mi\b)"
_CORONARY: Final = r"(?:coronary (?:artery|heart) disease|\bcad\b|isch(?:a)?emic heart disease|\bihd\b|angina(?! pector\w+ was)|coronary (?:artery )?bypass|\bcabg\b|percutaneous coronary|\bpci\b|coronary stent\w*|coronary angioplasty)"
_PERIPHERAL: Final = r"(?:peripheral (?:arterial|artery|vascular) (?:disease|occlusive)|\bp[av]d\b|intermittent claudication|claudication|aortic (?:plaque|aneurysm)|carotid (?:stenosis|artery disease)|\bpaod\b|vascular disease)"
_STROKE: Final = r"(?:(?<!heat )strokes?(?! (?:volume|risk|unit|alert|scale|prevent|work|prophyl|index|score))|cerebrovascular (?:accident|disease|event)s?|\bcvas?\b|(?:cerebral|cerebellar|brain|lacunar|thalamic|pontine) infarct\w*|intracerebral ha?emorrhage)"
_TIA: Final = r"(?:transient isch(?:a)?emic attacks?|\btias?\b)"
_PATTERNS: Final = {
    "heart_failure": r"(?:(?:heart|cardiac|ventricular) failure|\bchf\b|\bhf[rpm]?ef\b|\badhf\b|failing heart|\bhf\b)",
    "hypertension": r"(?<!pulmonary )(?<!portal )(?<!intracranial )(?<!ocular )(?<!arterial pulmonary )(?<!venous )(?:hypertension|hypertensive(?! retino)|\bhtn\b|\bhtn2?\b|high blood pressure|antihypertensives?|raised blood pressure)",
    "diabetes": r"(?<!pre)(?<!pre-)(?:diabetes(?! insipidus)|diabetic|\b(?:n?id)?dm\b|\bt[12]dm\b|\bdm ?[12]\b)",
    "stroke": _STROKE,
    "tia": _TIA,
    "thromboembolism": r"(?:thrombo-?embol\w+|systemic embol\w+|arterial embol\w+|embolic (?:event|stroke))",
    "vascular_disease": rf"(?:{_MI}|coronary artery disease|\bcad\b|{_PERIPHERAL}|coronary (?:artery )?(?:bypass|stent\w*)|\bcabg\b|prior [^.,;]{{0,25}}stent\w*|rca stenosis)",
    "has-bled.uncontrolled_hypertension": r"(?:uncontrolled (?:hypertension|blood pressure|high blood pressure)|(?<!pulmonary )(?<!portal )hypertension|hypertensive|high blood pressure|elevated blood pressure)",
    "renal_disease": r"(?:(?:chronic )?(?:renal|kidney) (?:disease|failure|insufficiency|impairment|dysfunction|condition|issue|problem|pathology)s?|\bckd\b|\besrd\b|dialysis|renal transplant|kidney transplant|nephropathy|renal (?:and|or) (?:hepatic|liver) (?:disease|impairment)|abnormalit\w+ suggestive of (?:liver|renal) or renal disease)",
    "liver_disease": r"(?:(?:chronic )?(?:liver|hepatic) (?:disease|failure|insufficiency|impairment|dysfunction|condition|cirrhosis|issue|problem|disorder|ailment)s?|cirrho\w+|hepatitis|liver or renal disease|hepatic or renal)",
    "bleeding": r"(?:(?:major |prior |previous |significant |serious )?bleed(?:ing|s)?(?: (?:episodes?|events?|disorders?|tendency|diathesis|predisposition|history|incidents?))?|ha?emorrhag\w+|predisposition to bleed\w*)",
    "labile_inr": r"(?:labile (?:inr|international)|(?:inr|international normali[sz]ed ratio)[^.;]{0,80}?(?:labil\w+|fluctuat\w+|variab\w+|unstable|erratic|inconsisten\w+)|(?:labil\w+|fluctuat\w+|variab\w+|unstable|erratic) (?:inr|international))",
    "bleeding_drugs": r"(?:aspirin|nsaids?|non-?steroidal|clopidogrel|antiplatelets?|ibuprofen|naproxen|ticagrelor|prasugrel|diclofenac|(?:medications?|drugs?)[^.;]{0,50}?bleeding)",
    "hypercholesterolaemia": r"(?:hyper(?:cholesterol|lipid)\w+|dyslipid\w+|high cholesterol|\bhld\b|statins?\b|atorvastatin|simvastatin|rosuvastatin)",
    "obesity": r"(?:obes(?:e|ity))",
    "smoking": r"(?<!ex-)(?<!non-)(?<!never )(?<!former )(?:smok(?:er|ing|es|ed)|tobacco|pack[- ]years?|cigarettes?)",
    "heart-score.family_history": r"(?:family history of [^.;]{0,40}(?:coronary|cardiac|cardiovascular|heart|infarct)|(?:father|mother|brother|sister)[^.;]{0,60}(?:coronary|infarct\w*|heart attack|heart disease|\bmi\b))",
    "atherosclerotic_disease": rf"(?:{_MI}|{_CORONARY}|{_PERIPHERAL}|{_STROKE}|atheroscl\w+)",
    "high_risk_surgery": r"(?:(?:high|elevated|increased)[- ]risk (?:surg\w+|procedure|operation)|intraperitoneal|intrathoracic|suprainguinal|colectomy|(?:colon(?:ic)?|bowel|gastric|lung|hepatic|liver|esophageal) resection|gastrectomy|lobectomy|pneumonectomy|thoracotomy|laparotomy|aneurysm repair|aortic (?:surgery|repair)|(?:femoral|aorto)\S* bypass|whipple|pancreat\w+tomy|hepatectomy|esophagectomy|nephrectomy|cholecystectomy|hysterectomy|sigmoidectomy|hemicolectomy|splenectomy|abdominal surgery|thoracic surgery|vascular surgery)",
    "ischaemic_heart_disease": rf"(?:{_MI}|{_CORONARY}|nitroglycerin|positive (?:exercise |stress )test|q waves)",
    "cerebrovascular_disease": rf"(?:{_STROKE}|{_TIA}|carotid)",
    "insulin": r"(?<!non-)(?<!non )(?<!not )(?:insulin(?! resist)(?:[- ]dependent|[- ]requiring| therapy| treatment| glargine)?|lantus|novorapid|humalog)",
    "dvt_signs": r"(?:unilateral (?:leg|calf|lower extremity) (?:swelling|edema|oedema|pain)|(?:left|right) (?:leg|calf|lower extremity|lower limb|thigh) (?:was )?(?:swell\w+|swollen|edema|oedema|tender\w*|pain)|(?:calf|leg) (?:tenderness|swelling|pain)|swollen (?:left|right)|homan\w*|signs of (?:dvt|deep))",
    "previous_pe": r"(?:(?:history of|previous|prior|past|recurrent|previously (?:documented|diagnosed))[^.;]{0,60}?(?:pulmonary embol\w+|\bpe\b)|(?:pulmonary embol\w+|\bpes?\b) (?:in (?:the past|\d{4})|\w+ (?:years?|months?) (?:ago|prior|earlier)))",
    "previous_dvt": r"(?:(?:history of|previous|prior|past|recurrent|previously (?:documented|diagnosed))[^.;]{0,60}?(?:deep ve(?:in|nous) thrombos\w+|\bdvts?\b|venous thrombo\w+|\bvte\b)|(?:deep ve(?:in|nous) thrombos\w+|\bdvt\b) (?:in (?:the past|\d{4})|\w+ (?:years?|months?) (?:ago|prior|earlier)))",
    "haemoptysis": r"(?:ha?emoptysis|cough\w* (?:up )?blood|blood[- ](?:tinged|streaked|stained) sputum)",
    "immobilised": r"(?:immobili[sz]\w+|bed-?ridden|bed-?bound|bed ?rest|confined to bed|wheelchair|long (?:flight|travel|car)|recent travel)",
    "recent_surgery": r"(?:(?:recent|post-?operative|status post|underwent|s/p|days? (?:after|post))[^.;]{0,40}(?:surg\w+|operation|\w+ectomy|arthroplasty|replacement|repair)|recent surg\w+|surg\w+ (?:\w+ ){0,2}(?:days?|weeks?) ago)",
    "wells-pe.cancer": _CANCER,
    "wells-dvt.cancer": _CANCER,
    "leg_immobilised": r"(?:(?:lower (?:limb|extremit\w+)|leg|foot)[^.;]{0,30}(?:paralys\w+|paresis|plegia|weakness|plaster|cast|splint|immobili\w+)|hemipar\w+|hemipleg\w+|paraplegi\w+|paraparesis|(?:paralys\w+|paresis|weakness) of (?:the |both |his |her )?(?:left |right |lower )?(?:leg|lower))",
    "bedridden_or_surgery": r"(?:bed-?ridden|bed-?bound|bed ?rest|confined to bed|immobili[sz]\w+|major surgery|(?:recent|weeks? ago|months? ago)[^.;]{0,30}surg\w+)",
    "tender_veins": r"(?:(?:calf|leg|thigh|vein|popliteal|femoral)[^.;]{0,25}tender\w*|tender\w*[^.;]{0,40}(?:calf|leg|thigh|vein|deep venous))",
    "whole_leg_swollen": r"(?:(?:entire|whole) (?:left |right )?(?:leg|lower limb|lower extremity)[^.;]{0,20}(?:swell\w+|swollen|edema|oedema)|swell\w+ of (?:the )?(?:entire|whole) (?:left |right )?(?:leg|limb|lower))",
    "calf_swollen": r"(?:calf[^.;]{0,30}(?:swell\w+|swollen|larger|circumference|diameter)|swollen[^.;]{0,12}calf)",
    "pitting_oedema": r"(?:pitting (?:ede?ma|oedema)|(?:leg|ankle|pedal|lower extremity|peripheral) (?:edema|oedema))",
    "collateral_veins": r"(?:collateral[^.;]{0,30}veins?|superficial veins?|dilated veins?)",
    "recent_major_surgery": r"(?:major surg\w+|(?:recent|\w+ weeks? ago|postoperative|status post)[^.;]{0,40}(?:surg\w+|\w+ectomy|arthroplasty|fixation|replacement))",
    "one_leg_swollen": r"(?:unilateral (?:leg|calf|lower extremity) (?:swelling|edema|oedema)|(?:left|right) (?:leg|calf|lower extremity|lower limb|thigh) (?:was )?(?:swell\w+|swollen|edema|oedema)|(?:leg|calf|lower extremity|pedal|ankle|peripheral) (?:swelling|edema|oedema)|swollen (?:left|right)|swelling (?:of|in) (?:the |his |her )?(?:left|right) (?:leg|calf|lower|thigh))",
    "surgery_or_trauma": r"(?:(?:recent|days? ago|weeks? ago)[^.;]{0,30}(?:surg\w+|trauma|injur\w+|fracture)|recent (?:surg\w+|trauma|operation|injur\w+)|(?:surg\w+|trauma)[^.;]{0,20}(?:days?|weeks?) ago|motor vehicle|post-?operative)",
    "oestrogen": r"(?:o?estrogens?|oral contracepti\w+|contraceptive pills?|\bocps?\b|hormone replacement|hormonal (?:therapy|contracep\w+)|tamoxifen|birth control)",
    "confusion": r"(?:confus\w+|disorient\w+|delirium|altered (?:mental|sensorium|conscious|level)|lethargic|obtunded|drows\w+|unconscious|comatose|stupor\w*|encephalopath\w+|letharg\w+|not oriented)",
    "altered_mental_status": r"(?:altered (?:mental|state|sensorium|consciousness|level)|mental (?:status (?:change|alter|was alter)|confusion|state)|confus\w+|disorient\w+|delirium|letharg\w+|obtunded|change in mental)",
    "nursing_home": r"(?:nursing home|skilled nursing|long[- ]term care|care home|assisted living|residential care)",
    "pneumonia-severity-index.cancer": _CANCER,
    "pneumonia-severity-index.cerebrovascular_disease": rf"(?:{_STROKE}|{_TIA}|cerebrovascular)",
    "pneumonia-severity-index.renal_disease": r"(?:(?:renal|kidney) (?:disease|failure|insufficiency|impairment|dysfunction|condition|issue|problem|disorder|ailment)s?|\bckd\b|\besrd\b|dialysis|nephropathy)",
    "pleural_effusion": r"(?:pleural (?:effusion|fluid)s?)",
    "exudate": r"(?:(?:tonsil\w*|pharyn\w*|oropharyn\w*|throat)[^.;]{0,50}(?:exud\w+|swollen|swelling|enlarged|enlargement|hypertroph\w+|pus|purulent)|exud\w+|(?:swollen|enlarged|purulent)[^.;]{0,15}tonsils?)",
    "tender_nodes": r"(?:(?:anterior )?(?:cervical|neck)[^.;]{0,30}(?:lymphadenopathy|lymphadenitis|lymph nodes?|adenopathy|nodes?)|lymphadenopathy|(?:tender|swollen|enlarged)[^.;]{0,25}(?:lymph )?nodes?)",
    "cough": r"(?:cough\w*)",
    "coryza": r"(?:coryza|rhinorrh?o?ea|runny nose|nasal (?:discharge|congestion|drainage)|congestion|rhinitis)",
    "fever": r"(?:fevers?|febrile|pyrexia)",
    "purulent_tonsils": r"(?:(?:tonsil\w*|pharyn\w*|throat)[^.;]{0,50}(?:exud\w+|pus|purulen\w+)|exud\w+|purulent tonsil\w*|(?:pus|white (?:patches|spots)) (?:on|over) [^.;]{0,15}tonsils?)",
    "inflamed_tonsils": r"(?:(?:tonsil\w*|pharyn\w*|oropharyn\w*|throat)[^.;]{0,50}(?:erythem\w+|inflam\w+|swollen|swelling|enlarged|hyper[ae]*mi\w+|red\b|injected|hypertroph\w+)|(?:erythem\w+|inflamed|enlarged|swollen|injected)[^.;]{0,25}(?:tonsil\w*|pharynx|oropharynx|throat)|tonsillitis)",
    "melaena": r"(?:mela?ena|(?:black|dark)[^.;]{0,12}(?:tarry )?(?:stools?|feces|bowel)|tarry stools?)",
    "syncope": r"(?:syncop\w+|faint(?:ed|ing)|passed out|loss of consciousness|lost consciousness|blackout)",
    "acute_renal_failure": r"(?:acute (?:renal|kidney) (?:failure|injury|insufficiency|impairment)|\baki\b|\barf\b|recent onset of renal impairment|acute renal)",
    "severe_chronic_illness": r"(?:immunocompromised?|immuno-?suppress\w+|severe organ failure|organ failures?|several organ failures|cirrhosis|class iv|dialysis)",
    "ventilated": r"(?:mechanical(?:ly)? ventilat\w+|intubat\w+|ventilator|invasive ventilation)",
    "cpap": r"(?:\bcpap\b|continuous positive airway)",
    "hypotension": r"(?:hypotens\w+)",
    "infarction": rf"(?:{_MI})",
    "peripheral_vascular_disease": rf"(?:{_PERIPHERAL}|peripheral (?:arterial|artery|vascular)|leg cramp\w+ [^.;]{{0,30}}walk)",
    "dementia": r"(?:dementia|alzheimer\w*|cognitive impairment|(?:memory|cognitive)[^.;]{0,25}(?:issues|impairment|decline|problem|deficit|function))",
    "copd": r"(?:chronic obstructive|\bcopd\b|emphysema|chronic bronchitis|chronic (?:lung|pulmonary) disease)",
    "connective_tissue_disease": r"(?:connective tissue|\bsle\b|lupus(?! anticoag)|rheumatoid|polymyalgia|scleroderma|systemic sclerosis|polymyositis|sj[oö]gren\w*|vasculitis|dermatomyositis)",
    "peptic_ulcer": r"(?:peptic ulcer\w*|gastric ulcer\w*|duodenal ulcer\w*|ulcer disease|\bpud\b|\bppi\b in the past)",
    "hemiplegia": r"(?:hemipleg\w+|hemipar\w+|paralysis|neurological deficits?)",
    "kidney_disease": r"(?:chronic (?:renal|kidney)|\bckd\b|\besrd\b|dialysis|(?:renal|kidney) (?:disease|failure|insufficiency|impairment|dysfunction|transplant)|nephropathy)",
    "leukaemia": r"(?:leuka?emia\w*|polycythemia vera|non-solid cancers?)",
    "lymphoma": r"(?:lymphomas?|hodgkin\w*|myeloma|waldenstr\w+|non-solid cancers?)",
    "aids": r"(?:\baids\b|\bhiv\b|human immunodeficiency)",
    "charlson.tumour": r"(?:cancers?|carcinomas?|adenocarcinomas?|solid (?:tumou?rs?|malignanc\w+)|malignan\w+|sarcomas?|melanomas?|neuroendocrine tumou?rs?|metasta\w+)",
    "metastasis": r"(?:metasta\w+)",
    "diabetic_damage": r"(?:diabet\w+[^.;]{0,60}(?:nephropath\w+|retinopath\w+|neuropath\w+|end[- ]organ|kidney|foot)|(?:nephropath\w+|retinopath\w+|neuropath\w+|end[- ]organ damage)[^.;]{0,60}diabet\w+|end[- ]organ damage|diabetic (?:nephro|retino|neuro)\w+)",
    "severe_liver": r"(?:cirrho\w+|portal hypertension|varices|moderate to severe liver|(?:moderate|severe)[^.;]{0,20}(?:liver|hepatic)|(?:liver|hepatic)[^.;]{0,25}(?:moderate|severe)|decompensated|liver failure)",
    "mild_liver": r"(?:mild (?:chronic )?(?:liver|hepatic)|(?:chronic )?hepatitis|fatty liver|(?:liver|hepatic)[^.;]{0,20}mild|liver disease|liver conditions?)",
    "sepsis": r"(?:seps(?:is|es)|septic)",
    "pneumonia": r"(?:pneumonia)",
    "bowel_disease": r"(?:inflammatory bowel|crohn\w*|ulcerative colitis|\bibd\b)",
    "varicose_veins": r"(?:varicos\w+|varicose veins?)",
    "swollen_legs": r"(?:swollen legs?|(?:leg|legs|lower extremit\w+|lower limb|ankle)s?[^.;]{0,30}(?:swell\w+|swollen|edema|oedema)|(?:swelling|edema|oedema) (?:in|of) (?:the |her |his |both |lower )*(?:legs?|extremit\w+|limbs?))",
    "caprini.cancer": _CANCER,
    "plaster": r"(?:plaster (?:cast|immobil\w+)s?|immobilizing (?:plaster )?casts?|\bcasts?\b)",
    "central_line": r"(?:central (?:venous|line)\w*|\bpicc\b|port-a-cath|\bcvc\b)",
    "factor_v_leiden": r"(?:factor v leiden)",
    "prothrombin_mutation": r"(?:prothrombin (?:gene )?(?:20210a|g20210a|mutation)|20210a)",
    "lupus_anticoagulant": r"(?:lupus anticoagulant)",
    "homocysteine": r"(?:(?:elevated|high|raised|increased)[^.;]{0,20}homocyst\w+|hyperhomocyst\w+|homocysteine)",
    "anticardiolipin": r"(?:anti-?cardiolipin)",
    "hit": r"(?:heparin[- ]induced thrombocytop\w+|\bhit\b(?! by))",
    "other_thrombophilia": r"(?:protein [cs] deficien\w+|antithrombin|thrombophilias?)",
    "recent_stroke": rf"(?:{_STROKE})",
    "caprini.fracture": r"(?:(?:hip|pelvi\w+|leg|femur|femoral|tibia\w*|fibula\w*|lower limb)[^.;]{0,35}fractures?|fractures?[^.;]{0,40}(?:hip|pelvi\w+|leg|femur|tibia|fibula))",
    "multiple_trauma": r"(?:multiple traumas?|polytrauma|major trauma|trauma)",
    "spinal_cord_injury": r"(?:spinal cord injur\w+)",
    "family_thrombosis": r"(?:family history[^.;]{0,50}(?:thrombos\w+|clot\w*|\bdvt\b|embol\w+)|familial[^.;]{0,30}thrombos\w+)",
    "dialysis": r"(?:dialysis|hemodialysis|haemodialysis|\bcvvhd?f?\b|\bcrrt\b|renal replacement)",
    "treated_pressure": r"(?:antihypertensiv\w+|amlodipine|losartan|lisinopril|enalapril|valsartan|ramipril|nifedipine|hydrochlorothiazide|blood pressure medic\w+)",
    "chest_pain": r"(?:chest (?:pain|discomfort|tightness|pressure|heaviness)|angina\w*|retrosternal pain|substernal|precordial pain|acute coronary|\bacs\b|palpitations? with chest)",
    "sore_throat": r"(?:sore throat|throat (?:pain|soreness)|pharyngitis|odynophagia|tonsill(?:itis|ar)|pain(?:ful)? (?:in (?:the |his |her )?throat|swallowing)|painful swallow\w*|pharyngeal)",
    "cirrhosis": r"(?:cirrho\w+|child[- ]pugh|chronic liver|liver disease|hepat\w+|liver)",
}  # fmt: skip
CONCEPTS: Final = {
    name: re.compile(rf"(?<![A-Za-z]){words}", re.IGNORECASE) for name, words in _PATTERNS.items()
}


def pattern(calculator: str, name: str) -> re.Pattern[str] | None:
    """The words for a criterion of this calculator, or None where there are none."""
    return CONCEPTS.get(f"{calculator}.{name}") or CONCEPTS.get(name)
