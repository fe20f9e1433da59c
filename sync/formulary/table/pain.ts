/** Analgesics, anaesthetics, and medicines for epilepsy and mental health. */
import { row, type Ingredient } from '../formulary.ts';

const ANALGESICS: readonly Ingredient[] = [
	row('paracetamol', 'eml-2', {
		names: ['acetaminophen', 'acetaminofen', 'tylenol', 'panadol', 'doliprane'], rxnorm: '161', snomed: ['387517004', '293584003']
	}),
	row('acetylsalicylic acid', 'eml-2', {
		names: ['aspirin', 'aspirine', 'aspirina', 'acide acetylsalicylique', 'acido acetilsalicilico', 'acetylsalicylate', 'asa'], rxnorm: '1191',
		snomed: ['387458008', '293586001'], classes: ['nsaids', 'salicylates']
	}),
	row('ibuprofen', 'eml-2', {
		names: ['ibuprofene', 'ibuprofeno', 'brufen', 'advil'], rxnorm: '5640', snomed: ['387207008', '293619005'], classes: ['nsaids']
	}),
	row('diclofenac', 'label', { names: ['diclofenaco', 'voltaren'], rxnorm: '3355', snomed: ['7034005', '293613006'], classes: ['nsaids'] }),
	row('naproxen', 'label', { names: ['naproxene', 'naproxeno'], rxnorm: '7258', snomed: ['11847009', '293625009'], classes: ['nsaids'] }),
	row('indometacin', 'label', {
		names: ['indomethacin', 'indometacine', 'indometacina'], rxnorm: '5781', snomed: ['60149003', '293620004'], classes: ['nsaids']
	}),
	row('piroxicam', 'label', { rxnorm: '8356', snomed: ['293629003'], classes: ['nsaids'] }),
	row('meloxicam', 'label', { rxnorm: '41493', classes: ['nsaids'] }),
	row('ketoprofen', 'label', { names: ['ketoprofene', 'ketoprofeno'], rxnorm: '6142', snomed: ['10099000', '293621000'], classes: ['nsaids'] }),
	row('ketorolac', 'label', { names: ['ketorolaco'], rxnorm: '35827', snomed: ['293622007'], classes: ['nsaids'] }),
	row('mefenamic acid', 'label', {
		names: ['mefenamate', 'acide mefenamique', 'acido mefenamico'], rxnorm: '257844', snomed: ['293623002'], classes: ['nsaids']
	}),
	row('metamizole', 'inn', { names: ['metamizol', 'dipyrone', 'dipirona', 'noramidopyrine', 'novalgin'], classes: ['nsaids'] }),
	row('celecoxib', 'label', { rxnorm: '140587', classes: ['coxibs', 'sulfonamide-non-antimicrobials'] }),
	row('morphine', 'eml-2', {
		names: ['morfina'], rxnorm: '7052', snomed: ['73572009', '293601001'], classes: ['opioids', 'phenanthrene-opioids']
	}),
	row('codeine', 'eml-2', { names: ['codeina'], rxnorm: '2670', snomed: ['293597001'], classes: ['opioids', 'phenanthrene-opioids'] }),
	row('oxycodone', 'label', { names: ['oxicodona'], rxnorm: '7804', classes: ['opioids', 'phenanthrene-opioids'] }),
	row('hydrocodone', 'label', { names: ['hidrocodona'], rxnorm: '5489', classes: ['opioids', 'phenanthrene-opioids'] }),
	row('tramadol', 'label', { rxnorm: '10689', classes: ['opioids'] }),
	row('pethidine', 'label', { names: ['meperidine', 'petidina', 'meperidina'], rxnorm: '6754', snomed: ['293606006'], classes: ['opioids'] }),
	row('fentanyl', 'eml-2', { names: ['fentanilo'], rxnorm: '4337', snomed: ['293605005'], classes: ['opioids'] }),
	row('colchicine', 'label', { names: ['colchicina'], rxnorm: '2683' }),
	row('allopurinol', 'eml-8', { names: ['alopurinol', 'zyloprim'], rxnorm: '519' })
];

const ANAESTHETICS: readonly Ingredient[] = [
	row('lidocaine', 'eml-1', {
		names: ['lignocaine', 'lidocaina', 'xylocaine'], rxnorm: '6387', snomed: ['387480006', '293722000'],
		classes: ['local-anaesthetics', 'amide-anaesthetics']
	}),
	row('bupivacaine', 'eml-1', {
		names: ['bupivacaina'], rxnorm: '1815', snomed: ['293719002'], classes: ['local-anaesthetics', 'amide-anaesthetics']
	}),
	row('procaine', 'label-procaine', { names: ['procaina'], snomed: ['293727006'], classes: ['local-anaesthetics', 'ester-anaesthetics'] }),
	row('tetracaine', 'eml-1', {
		names: ['tetracaina', 'amethocaine'], rxnorm: '10391', snomed: ['293725003'], classes: ['local-anaesthetics', 'ester-anaesthetics']
	}),
	row('ketamine', 'eml-1', { names: ['ketamina'], rxnorm: '6130', snomed: ['293707005'] }),
	row('propofol', 'eml-1', { rxnorm: '8782', snomed: ['293708000'] }),
	row('thiopental', 'label', { names: ['thiopentone', 'tiopental'], snomed: ['293709008'] }),
	row('suxamethonium', 'eml-1', { names: ['succinylcholine', 'suxametonio', 'succinilcolina'], rxnorm: '10154' })
];

const BRAIN: readonly Ingredient[] = [
	row('phenytoin', 'eml-5', { names: ['phenytoine', 'fenitoina'], rxnorm: '8183', snomed: ['40556005', '293869004'], classes: ['aromatic-anticonvulsants'] }),
	row('carbamazepine', 'eml-5', {
		names: ['carbamazepina', 'tegretol'], rxnorm: '2002', snomed: ['40820003', '293867002'], classes: ['aromatic-anticonvulsants']
	}),
	row('phenobarbital', 'eml-5', {
		names: ['phenobarbitone', 'fenobarbital', 'gardenal'], rxnorm: '8134', snomed: ['293865005'], classes: ['aromatic-anticonvulsants']
	}),
	row('lamotrigine', 'eml-5', { names: ['lamotrigina'], rxnorm: '28439', classes: ['aromatic-anticonvulsants'] }),
	row('valproic acid', 'eml-5', {
		names: ['valproate', 'sodium valproate', 'valproate sodium', 'valproate de sodium', 'acide valproique', 'acido valproico', 'valproato'],
		rxnorm: '40254', snomed: ['293862008']
	}),
	row('diazepam', 'eml-5', { names: ['valium'], rxnorm: '3322', snomed: ['372814008', '293902006'], classes: ['benzodiazepines'] }),
	row('lorazepam', 'eml-5', { rxnorm: '6470', classes: ['benzodiazepines'] }),
	row('midazolam', 'eml-1', { rxnorm: '6960', classes: ['benzodiazepines'] }),
	row('clonazepam', 'label', { names: ['rivotril', 'klonopin'], rxnorm: '2598', classes: ['benzodiazepines'] }),
	row('haloperidol', 'eml-24', { rxnorm: '5093', snomed: ['293924006'] }),
	row('chlorpromazine', 'eml-24', { names: ['clorpromazina', 'largactil'], rxnorm: '2403', snomed: ['293935001'], classes: ['phenothiazines'] }),
	row('fluoxetine', 'eml-24', { names: ['fluoxetina'], rxnorm: '4493', snomed: ['293850009'] }),
	row('amitriptyline', 'eml-24', { names: ['amitriptilina'], rxnorm: '704', snomed: ['293829000'] }),
	row('risperidone', 'eml-24', { names: ['risperidona'], rxnorm: '35636' }),
	row('lithium', 'eml-24', { names: ['lithium carbonate', 'litio'], rxnorm: '6448' })
];

export const PAIN_AND_BRAIN: readonly Ingredient[] = [...ANALGESICS, ...ANAESTHETICS, ...BRAIN];
